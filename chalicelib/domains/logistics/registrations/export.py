"""Registrations taken out of the system as a table: exactly the filter, bounded, audited before anybody gets the file."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from chalicelib.core.audit import record
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.quantities import to_tonnes
from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction
from chalicelib.core.tables import Cell, Table
from chalicelib.domains.logistics.registrations import lists
from chalicelib.domains.logistics.registrations.lists import Filter
from chalicelib.domains.logistics.registrations.refusals import contact
from chalicelib.domains.logistics.registrations.registration import Registration
from chalicelib.domains.logistics.registrations.texts import KIND_WORDS, STATUS_WORDS, readable

MAX_ROWS = 5000
"""What the API function reads and writes well within its ten seconds."""
HEADERS = (
    "状态", "类型", "产品", "客户", "订单行", "登记数量（吨）", "净重（吨）", "签收数量（吨）", "差异（吨）", "车牌号", "挂车",
    "驾驶员", "驾驶员手机号", "押运员", "运单号", "登记时间", "到厂开始", "到厂结束", "物流系统单号", "卡号", "排队号",
    "车道", "结束原因", "例外放行", "登记编号",
)  # fmt: skip


def take_out(staff: Principal, wanted: Filter, now: datetime) -> Table:
    """The registrations of a filter among the newest ``MAX_ROWS``. Who took how many out of the system is audited."""
    registrations, is_cut = lists.newest(wanted, MAX_ROWS)
    _audit(staff, wanted, len(registrations), now)
    return Table(
        headers=HEADERS,
        rows=[row(registration) for registration in registrations],
        name=f"registrations-{now.astimezone(SITE_ZONE):%Y%m%d-%H%M}",
        taken_at=_moment(now),
        taken_by=staff.nickname,
        cut_at=MAX_ROWS if is_cut else None,
    )


def row(registration: Registration) -> tuple[Cell, ...]:
    """One registration in the order of ``HEADERS``."""
    goods, le, signature = registration.goods, registration.le, registration.signature
    return (
        STATUS_WORDS[registration.status.value],
        KIND_WORDS[registration.kind.value],
        goods.product_name,
        goods.customer_name,
        "、".join(f"{line.order_no}/{line.line_no}" for line in goods.lines),
        _tonnes(goods.quantity_kg),
        _tonnes(le.net_kg),
        _tonnes(signature.quantity_kg) if signature else None,
        _tonnes(signature.difference_kg) if signature else None,
        registration.truck.plate_number,
        registration.truck.trailer_plate_number or "",
        registration.driver.name,
        registration.driver.phone,
        registration.escort.name if registration.escort else "",
        registration.waybill.number if registration.waybill else "",
        _moment(registration.created_at),
        _moment(registration.arrival.begins_at),
        _moment(registration.arrival.ends_at),
        le.registration_no or "",
        le.card_no or "",
        le.queue_no or "",
        le.lane_code or "",
        readable(registration.reason, contact()) if registration.reason else "",
        "、".join(registration.waived),
        registration.id,
    )


def _tonnes(kilograms: int | None) -> Decimal | None:
    return None if kilograms is None else Decimal(to_tonnes(kilograms))


def _moment(instant: datetime) -> datetime:
    return instant.astimezone(SITE_ZONE)


def _audit(staff: Principal, wanted: Filter, count: int, now: datetime) -> None:
    """A plate leads to a person, so only that one was searched for is kept."""
    transaction = Transaction()
    record(
        transaction,
        subject="registrations:export",
        actor=staff.user_id,
        action="registrations_exported",
        now=now,
        after={
            "rows": count,
            "status": wanted.status.value if wanted.status else None,
            "product": wanted.product_code,
            "kind": wanted.kind.value if wanted.kind else None,
            "from": wanted.first.isoformat() if wanted.first else None,
            "until": wanted.last.isoformat() if wanted.last else None,
            "searched": wanted.plate_number is not None,
        },
    )
    transaction.commit()
