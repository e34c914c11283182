"""Where the rows of a file come from, slice by slice, and how they read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from chalicelib.core.clock import SITE_ZONE
from chalicelib.domains.canteen.exports.files import Cells
from chalicelib.domains.canteen.exports.model import Wanted, What
from chalicelib.domains.canteen.reconciliation import store as reconciliation
from chalicelib.domains.canteen.reconciliation.model import Run, RunState
from chalicelib.domains.canteen.records import lists as records
from chalicelib.domains.canteen.records import model as record_model
from chalicelib.domains.canteen.records.model import Kind, Meal, Row
from chalicelib.domains.canteen.topups import lists as topups
from chalicelib.domains.canteen.topups import words
from chalicelib.domains.canteen.topups.top_up import Status, TopUp

SLICE = 5000
"""Rows of one part: a second or two of reading."""
HEADERS: dict[What, tuple[str, ...]] = {
    What.RECORDS: (
        "消费时间", "入账时间", "类型", "餐别", "金额（元）", "余额（元）", "工号", "姓名", "账户", "商户",
        "终端", "充值单号", "流水号",
    ),
    What.TOP_UPS: (
        "下单时间", "状态", "金额（元）", "工号", "姓名", "账户", "支付时间", "微信交易单号", "入账时间",
        "入账后余额（元）", "退款到账时间", "退款单号", "退款原因", "异常", "充值单号",
    ),
    What.STATEMENT: (
        "日期", "对账结果", "微信收款笔数", "微信收款（元）", "微信退款（元）", "本系统收款笔数",
        "本系统收款（元）", "本系统退款（元）", "食堂入账笔数", "食堂入账（元）", "未处理差异",
    ),
}  # fmt: skip
KIND_WORDS = {
    Kind.CONSUME: "消费", Kind.RECHARGE: "充值", Kind.SUBSIDY: "补贴", Kind.REFUND: "退款", Kind.ADJUST: "调整",
}  # fmt: skip
MEAL_WORDS = {Meal.BREAKFAST: "早餐", Meal.LUNCH: "午餐", Meal.DINNER: "晚餐", Meal.NIGHT: "夜宵"}
RUN_WORDS = {
    RunState.WAITING: "等待对账", RunState.MATCHED: "已对平", RunState.DIFFERENT: "有差异", RunState.FAILED: "对账失败",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows, where to go on, and the day of the last one."""

    rows: list[Cells]
    cursor: str | None
    reached: date | None


def next_slice(wanted: Wanted, cursor: str | None) -> Slice:
    """The next rows of a file."""
    if wanted.what is What.RECORDS:
        page = records.slice_of(_record_filter(wanted), cursor, SLICE)
        last = page.items[-1].occurred_at if page.items else None
        return Slice([_record(row) for row in page.items], page.next_cursor, _day(last))
    if wanted.what is What.TOP_UPS:
        found = topups.slice_of(_top_up_filter(wanted), cursor, SLICE)
        at = found.items[-1].created_at if found.items else None
        return Slice([_top_up(top_up) for top_up in found.items], found.next_cursor, _day(at))
    runs = reversed(reconciliation.runs_of(f"{wanted.first:%Y-%m}"))
    return Slice([_run(run) for run in runs], None, wanted.first)


def _record_filter(wanted: Wanted) -> records.Filter:
    return records.Filter(
        wanted.first,
        wanted.last,
        Kind(wanted.kind) if wanted.kind else None,
        Meal(wanted.meal) if wanted.meal else None,
        wanted.account_no,
        wanted.merchant,
    )


def _top_up_filter(wanted: Wanted) -> topups.Filter:
    status = Status(wanted.status) if wanted.status else None
    return topups.Filter(
        wanted.first, wanted.last, status, wanted.account_no, wanted.number, wanted.needs_people
    )  # fmt: skip


def _record(row: Row) -> Cells:
    meal = record_model.meal_of(row, SITE_ZONE)
    return (
        _moment(row.occurred_at), _moment(row.posted_at), KIND_WORDS[row.kind], MEAL_WORDS[meal] if meal else "",
        _yuan(row.amount_fen), _yuan(row.balance_after_fen), row.staff_no or "", row.name_masked or "", row.account_no,
        row.merchant, row.terminal, row.serial_no or "", row.key,
    )  # fmt: skip


def _top_up(top_up: TopUp) -> Cells:
    payment, credit, refund, holder = top_up.payment, top_up.credit, top_up.refund, top_up.holder
    return (
        _moment(top_up.created_at), words.status_text(top_up), _yuan(top_up.amount_fen), holder.staff_no, holder.name_masked,
        holder.account_no, _moment(payment.at if payment else None), payment.transaction_id if payment else "",
        _moment(credit.at if credit else None), _yuan(credit.balance_after_fen if credit else None),
        _moment(refund.settled_at if refund else None), top_up.refund_number if refund else "", words.refund_reason(top_up),
        words.problem_text(top_up.problem) if top_up.problem else "", top_up.id,
    )  # fmt: skip


def _run(run: Run) -> Cells:
    sums = run.sums
    return (
        run.day, RUN_WORDS[run.state], str(sums.bill_count), _yuan(sums.bill_fen), _yuan(sums.bill_refund_fen),
        str(sums.ours_count), _yuan(sums.ours_fen), _yuan(sums.ours_refund_fen), str(sums.canteen_count),
        _yuan(sums.canteen_fen), str(run.open_differences),
    )  # fmt: skip


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-2)


def _moment(instant: datetime | None) -> datetime | None:
    return instant.astimezone(SITE_ZONE) if instant else None


def _day(instant: datetime | None) -> date | None:
    return instant.astimezone(SITE_ZONE).date() if instant else None
