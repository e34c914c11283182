"""What a diner is told about their card, and what to do now."""

from __future__ import annotations

TEXTS = {
    "canteen_not_bound": "请先绑定餐卡账户。",
    "card_normal": "可正常消费。",
    "card_reporting": "挂失处理中：已登记，正在通知食堂系统。若食堂系统暂时不通，恢复后立即生效。",
    "card_lost": "已挂失，不能消费。补卡请联系{contact}。",
    "card_finding": "解挂处理中：正在通知食堂系统。",
    "card_cancelled": "已注销。",
    "card_not_taken": "食堂未受理：{why}。请联系{contact}。",
}
