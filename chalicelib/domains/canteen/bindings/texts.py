"""What a diner or the office is told about binding, and what to do now."""

from __future__ import annotations

CODE_ASKED = "如果这个号码是食堂登记的手机号，验证码会在一分钟内送达。没有收到时，请核对号码，或联系{contact}。"

TEXTS = {
    "code_too_soon": "验证码刚刚发过，请使用已收到的验证码；{seconds} 秒后可以重新获取。",
    "code_phone_limit": "这个号码今天获取验证码已达 {limit} 次，请使用已收到的验证码，或明天再试。",
    "code_user_limit": "您今天获取验证码已达 {limit} 次，请使用已收到的验证码，或明天再试。",
    "code_address_limit": "当前网络获取验证码过于频繁，请使用已收到的验证码，或一小时后再试，也可以换用手机流量。",
    "code_not_sent": "验证码没有发出去，请稍后重新获取；多次不行请联系{contact}。",
    "code_maybe_sent": "短信平台没有答复。收到验证码可以直接使用；一分钟内没有收到，请重新获取。",
    "code_expired": "验证码已失效，请重新获取。",
    "code_used_up": "这个验证码输错的次数过多，请重新获取。",
    "code_wrong": "验证码不对，请核对短信后再输入，还可以试 {left} 次。",
    "code_tries_limit": "今天验证码输错的次数过多，请明天再试，或联系{contact}。",
    "staff_no_needed": "这个手机号登记了多个餐卡账户，请再填写工号。",
    "staff_no_wrong": "工号与这个手机号登记的账户不符，请核对后再试，还可以试 {left} 次。",
    "binding_account_gone": "食堂系统里没有可以绑定的账户，请联系{contact}。",
    "binding_ended_already": "这个绑定已经解除，请刷新页面。",
    "binding_changed": "绑定刚刚有变化，请刷新后再试。",
    "canteen_unavailable": "食堂系统暂时没有响应，请稍后再试；收到的验证码在五分钟内有效。",
}
