"""What stands in the way of an order, each with what to do now."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "orders_unavailable": "暂时读不到物流系统的订单，请稍后再试；着急请联系{contact}。",
}
PROBLEMS: dict[str, str] = {
    "order_closed": "订单已关闭。如还需要，请向客户或销售核对。",
    "order_blocked": "订单已冻结，请联系销售。",
    "order_over": "订单有效期至 {valid_to}，已过期。如还需要，请向客户或销售核对。",
    "order_not_yet": "订单从 {valid_from} 起有效，最早在前一天登记。",
    "order_planned": "订单的数量已全部登记。如有车辆取消，刷新后可再登记。",
}
