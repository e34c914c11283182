"""What a user or the office is told about top-ups, and what to do now."""

from __future__ import annotations

TEXTS = {
    "canteen_not_bound": "请先绑定餐卡账户，再充值。",
    "top_up_no_openid": "请在微信公众号中打开本页面后充值。",
    "top_up_amount_range": "单笔充值金额为 {minimum} 至 {maximum} 元，请修改金额。",
    "top_up_daily_limit": "今日最多还可充值 {left} 元（含待支付），请减少金额或明天再充。",
    "top_up_request_reused": "该充值单已用其他金额提交，请返回后重新充值。",
    "top_up_closed": "该充值单已超过支付时间，请重新充值。",
    "top_up_paid_already": "该充值单已支付，无需再次支付。",
    "pay_unavailable": "微信支付暂时没有响应，未扣款。请稍后再点“去支付”。",
    "pay_refused": "微信支付未受理该订单，未扣款。请重新充值；仍不行请联系{contact}。",
    "refund_credited": "食堂已入账，不能退款。",
    "refund_decided_already": "已决定退款，请看退款进度。",
    "refund_unpaid": "未支付，无需退款。",
    "refund_asked_already": "已有人申请退款，等待另一位管理员确认。",
    "refund_not_asked": "没有待确认的退款申请，请刷新页面。",
    "refund_needs_another": "超过 {limit} 元的退款须由另一位食堂管理员确认。",
    "refund_under_way": "食堂正在处理这笔充值，请稍后再试。",
    "refund_credited_there": "食堂系统显示这笔充值已入账，不能退款；请点“再次推送”更新状态。",
    "canteen_unavailable": "食堂系统暂时没有响应，无法核实是否入账。请稍后再试。",
    "top_up_not_retryable": "这笔充值无需重新推送，请刷新页面查看最新状态。",
}
