"""What people read of a top-up: its state in a word, what to do now, its time line."""

from __future__ import annotations

from chalicelib.domains.canteen.topups.top_up import BY_CANTEEN, Event, Status, TopUp
from chalicelib.integrations.texts import TEXTS as PEER_TEXTS

STATUS_TEXTS = {
    Status.CREATED: "待支付",
    Status.PAID: "已支付，待入账",
    Status.CREDITING: "充值处理中",
    Status.CREDITED: "充值成功",
    Status.REJECTED: "未能入账，准备退款",
    Status.REFUNDING: "退款中",
    Status.REFUNDED: "已退款",
    Status.CLOSED: "未支付，已关闭",
}
_ADVICE = {
    Status.CREATED: "请在 15 分钟内支付；已付款请稍候，结果会自动更新。",
    Status.PAID: "微信已收到付款，正在通知食堂，通常几秒内到账，请勿重复支付。",
    Status.CREDITING: "食堂正在入账，请勿重复支付。超过 30 分钟未到账请联系{contact}。",
    Status.REJECTED: "款项将原路退回微信，无需操作。",
    Status.REFUNDING: "款项将原路退回：零钱一般几分钟，银行卡 1–3 个工作日。",
    Status.CLOSED: "如已付款，系统会自动查到并入账，无需再付。",
}
_EVENTS = {
    "created": "提交充值",
    "paid": "微信支付成功",
    "crediting": "已通知食堂，等待入账",
    "credited": "食堂已入账",
    "rejected": "食堂未能入账",
    "closed": "未支付，订单关闭",
    "refund_asked": "申请退款，等待另一位管理员确认",
    "refund_declined": "退款申请未通过",
    "refund_decided": "决定退款",
    "refund_accepted": "微信支付已受理退款",
    "refund_closed": "退款被关闭，重新发起",
    "refunded": "退款已到账",
}
_PROBLEMS = {
    "refund_abnormal": "用户的银行卡未能接收退款，请在微信支付商户平台处理异常退款",
    "refund_closed": "微信支付多次关闭退款，系统会继续尝试，请在微信支付商户平台查看原因",
    "payment_refunded_elsewhere": "已在微信支付商户平台退款，系统未入账，请核对",
    "canteen_rejected": "食堂未说明原因",
}


def status_text(top_up: TopUp) -> str:
    """The state in a word."""
    if top_up.status is Status.CREATED and top_up.problem:
        return "已退款"
    return STATUS_TEXTS[top_up.status]


def advice(top_up: TopUp, contact: str) -> str:
    """What its user does now; empty when there is nothing to do."""
    return _ADVICE.get(top_up.status, "").format(contact=contact)


def event_text(event: Event) -> str:
    """A line of the time line; a user does not read who of the office it was."""
    text = _EVENTS.get(event.name, event.name)
    if event.name == "closed" and event.by is not None:
        return "取消充值，订单关闭"
    if event.name == "paid" and event.note:
        return "微信支付成功（关闭后查到）"
    return text


def problem_text(code: str) -> str:
    """A reason in words: ours, a peer's code, or the canteen's own sentence."""
    return _PROBLEMS.get(code) or PEER_TEXTS.get(code) or code


def refund_reason(top_up: TopUp) -> str:
    """Why it goes back, as its user reads it."""
    if top_up.refund is None:
        return ""
    reason = problem_text(top_up.refund.reason)
    return f"食堂未能入账：{reason}" if top_up.refund.asked_by == BY_CANTEEN else reason
