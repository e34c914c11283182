"""Where WeChat Pay tells of payments and refunds. No session: the signature says who it is."""

from __future__ import annotations

import json

from chalicelib.core.http import PUBLIC, Api, Call, Reply
from chalicelib.domains.canteen import wiring
from chalicelib.domains.canteen.topups import notifying
from chalicelib.domains.canteen.topups.texts import TEXTS

REFUSED = json.dumps({"code": "FAIL", "message": "失败"}, ensure_ascii=False)

api = Api(__name__, "wechat_pay", TEXTS)


@api.route("POST", "/api/pay/payments", summary="WeChat Pay tells of a payment", access=PUBLIC, raw=True)
def take_payment(call: Call) -> Reply:
    return _take(call)


@api.route("POST", "/api/pay/refunds", summary="WeChat Pay tells of a refund", access=PUBLIC, raw=True)
def take_refund(call: Call) -> Reply:
    return _take(call)


def _take(call: Call) -> Reply:
    """204 once the fact is stored; anything else makes WeChat Pay tell it again."""
    status = notifying.take(wiring.read_pay_notification, call.headers, call.raw_body, call.now)
    return Reply(status=status, body=None if status == notifying.OK else REFUSED, content_type="application/json")
