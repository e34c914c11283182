"""What the office is told about reconciliation, and what to do now."""

from __future__ import annotations

from chalicelib.domains.canteen.reconciliation.model import Kind

TEXTS = {
    "difference_not_open": "这条差异已处理或已消除，请刷新页面。",
    "day_not_over": "只能核对今天以前的日期。",
}
MESSAGES = {
    "": "",
    "too_early": "微信账单次日 10:00 后生成，届时自动对账。",
    "bill_not_ready": "微信账单还在生成，稍后自动重试。",
    "records_not_copied": "食堂消费记录尚未同步到当天结束，同步完成后自动对账。",
    "pay_unavailable": "微信支付暂时没有响应，稍后自动重试。",
    "credits_not_comparable": "食堂记录不含充值单号，本日只核对了微信账单与本系统。",
}
KIND_TEXTS = {
    Kind.UNPAID_HERE: "微信已收款，本系统未付",
    Kind.UNKNOWN_ORDER: "账单有，本系统没有",
    Kind.NOT_IN_BILL: "本系统已付，账单没有",
    Kind.AMOUNT_DIFFERS: "付款金额不一致",
    Kind.PAID_TWICE: "重复付款",
    Kind.NOT_CREDITED: "已付款未入账",
    Kind.CREDITED_UNPAID: "未付款已入账",
    Kind.CREDIT_AMOUNT_DIFFERS: "入账金额不一致",
    Kind.CREDITED_TWICE: "重复入账",
    Kind.CREDITED_AND_REFUNDED: "已入账又退款",
    Kind.REFUND_NOT_IN_BILL: "退款不在账单",
    Kind.REFUND_UNKNOWN: "账单有未知退款",
    Kind.REFUND_AMOUNT_DIFFERS: "退款金额不一致",
}
PROPOSALS = {
    Kind.UNPAID_HERE: "系统已向微信支付查询并补记，下次对账应消除；仍在则重新核对当天。",
    Kind.UNKNOWN_ORDER: "商户号下有不属于本系统的收款，请在微信支付商户平台核对来源。",
    Kind.NOT_IN_BILL: "请在微信支付商户平台按交易单号核对；确认未收款则联系技术人员。",
    Kind.AMOUNT_DIFFERS: "请在微信支付商户平台核对实收金额，并与用户、食堂确认后处理。",
    Kind.PAID_TWICE: "同一充值单收到两笔付款，请在微信支付商户平台退回其中一笔。",
    Kind.NOT_CREDITED: "先重新推送入账；食堂确认没有这笔充值时再退款。",
    Kind.CREDITED_UNPAID: "食堂已入账但没有收款，请与食堂核对后冲正。",
    Kind.CREDIT_AMOUNT_DIFFERS: "食堂入账金额与付款不符，请与食堂核对后调整。",
    Kind.CREDITED_TWICE: "食堂重复入账，请与食堂核对后冲正其中一笔。",
    Kind.CREDITED_AND_REFUNDED: "已退款但食堂也入了账，请与食堂核对后冲正。",
    Kind.REFUND_NOT_IN_BILL: "请在微信支付商户平台按退款单号核对退款是否成功。",
    Kind.REFUND_UNKNOWN: "有人在微信支付商户平台直接退款，请核对原因；已入账的需与食堂冲正。",
    Kind.REFUND_AMOUNT_DIFFERS: "请在微信支付商户平台核对退款金额。",
}
