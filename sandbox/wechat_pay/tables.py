"""The requests' members (contract B3, B5)."""

from sandbox.wechat_pay.members import Member, boolean, many, members, one_of, text, whole_number

_GOODS = members(
    {
        "merchant_goods_id": Member(text(32, r"[0-9A-Za-z_\-]+"), True),
        "wechatpay_goods_id": Member(text(32, r"[0-9A-Za-z_\-]+")),
        "goods_name": Member(text(256)),
        "quantity": Member(whole_number(1), True),
        "unit_price": Member(whole_number(0), True),
    }
)
_STORE = members(
    {
        "id": Member(text(32), True),
        "name": Member(text(256)),
        "area_code": Member(text(32)),
        "address": Member(text(512)),
    }
)
PREPAY = members(
    {
        "appid": Member(text(32), True),
        "mchid": Member(text(32), True),
        "description": Member(text(127), True),
        "out_trade_no": Member(text(32, r"[0-9A-Za-z_\-|*]+", shortest=6), True),
        "time_expire": Member(text(64)),
        "attach": Member(text(128)),
        "notify_url": Member(text(255), True),
        "goods_tag": Member(text(32)),
        "support_fapiao": Member(boolean),
        "amount": Member(members({"total": Member(whole_number(1), True), "currency": Member(one_of("CNY"))}), True),
        "payer": Member(members({"openid": Member(text(128), True)}), True),
        "detail": Member(
            members(
                {
                    "cost_price": Member(whole_number(0)),
                    "invoice_id": Member(text(32)),
                    "goods_detail": Member(many(_GOODS)),
                }
            )
        ),
        "scene_info": Member(
            members(
                {
                    "payer_client_ip": Member(text(45, r"[0-9A-Fa-f.:]+"), True),
                    "device_id": Member(text(32)),
                    "store_info": Member(_STORE),
                }
            )
        ),
        "settle_info": Member(members({"profit_sharing": Member(boolean)})),
    }
)
CLOSE = members({"mchid": Member(text(32), True)})
_REFUND_GOODS = members(
    {
        "merchant_goods_id": Member(text(32), True),
        "wechatpay_goods_id": Member(text(32)),
        "goods_name": Member(text(256)),
        "unit_price": Member(whole_number(0), True),
        "refund_amount": Member(whole_number(0), True),
        "refund_quantity": Member(whole_number(1), True),
    }
)
_FROM = members({"account": Member(one_of("AVAILABLE", "UNAVAILABLE"), True), "amount": Member(whole_number(1), True)})
REFUND = members(
    {
        "transaction_id": Member(text(32, r"[0-9A-Za-z]+")),
        "out_trade_no": Member(text(32, r"[0-9A-Za-z_\-|*]+", shortest=6)),
        "out_refund_no": Member(text(64, r"[0-9A-Za-z_\-|*@]+"), True),
        "reason": Member(text(80)),
        "notify_url": Member(text(256)),
        "funds_account": Member(one_of("AVAILABLE", "UNSETTLED")),
        "amount": Member(
            members(
                {
                    "refund": Member(whole_number(1), True),
                    "total": Member(whole_number(1), True),
                    "currency": Member(one_of("CNY"), True),
                    "from": Member(many(_FROM)),
                }
            ),
            True,
        ),
        "goods_detail": Member(many(_REFUND_GOODS)),
    }
)
LARGEST_DETAIL = 6144
"""Bytes of `detail`."""
