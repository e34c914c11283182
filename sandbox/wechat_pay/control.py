"""Control endpoints of WeChat Pay: who pays what, how refunds end, notifications by hand, keys, bills."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.kit.clock import iso
from sandbox.kit.control import read_body
from sandbox.kit.http import json_response, refusal
from sandbox.kit.store import Document
from sandbox.people import person_by_openid
from sandbox.wechat_pay import bills, cashier, making
from sandbox.wechat_pay.errors import PayError
from sandbox.wechat_pay.notices import TAMPERS
from sandbox.wechat_pay.orders import state_of
from sandbox.wechat_pay.refunds import RESULTS, NotNow
from sandbox.wechat_pay.stamp import KINDS

if TYPE_CHECKING:
    from sandbox.wechat_pay.wiring import WeChatPay


class PayControl:
    """What the phone, the console and the tests may do beyond WeChat Pay's API."""

    def __init__(self, pay: WeChatPay) -> None:
        self._pay = pay

    def routes(self) -> list[Route]:
        """The routes below /sandbox/wechat_pay/."""
        base, posts = "/sandbox/wechat_pay", ["POST"]
        return [
            Route(f"{base}/account", self.account),
            Route(f"{base}/orders", self.orders, methods=["GET", "POST"]),
            Route(f"{base}/orders/{{number}}", self.change_order, methods=["PATCH"]),
            Route(f"{base}/orders/{{number}}/pay", self.pay_order, methods=posts),
            Route(f"{base}/cashier", self.open_cashier, methods=posts),
            Route(f"{base}/cashier/{{number}}", self.finish_cashier, methods=posts),
            Route(f"{base}/refunds", self.refunds),
            Route(f"{base}/refunds/{{number}}/settle", self.settle, methods=posts),
            Route(f"{base}/notifications", self.notifications),
            Route(f"{base}/notifications/{{number}}/send", self.send, methods=posts),
            Route(f"{base}/notifications/{{number}}/replay", self.replay, methods=posts),
            Route(f"{base}/certificates", self.certificates, methods=posts),
            Route(f"{base}/bills/{{day}}", self.bill),
        ]

    async def account(self, _: Request) -> Response:
        """The merchant's money in fen."""
        return json_response({"balance_fen": self._pay.refunds.balance()})

    async def orders(self, request: Request) -> Response:
        """GET: every order, newest first. POST {"openid", "amount_fen", "paid_at"?, "out_trade_no"?}: one paid behind our back."""
        if request.method == "GET":
            return json_response({"items": [_order(one) for one in self._pay.orders.all()]})
        body = await read_body(request)
        return self._answer(lambda: _order(making.paid_order(self._pay, body)), 201)

    async def change_order(self, request: Request) -> Response:
        """{"not_in_bill"?: bool, "billed_fen"?: int}: what the bill says instead of the truth."""
        body = await read_body(request)
        return self._answer(lambda: _order(making.change_order(self._pay, request.path_params["number"], body)))

    async def pay_order(self, request: Request) -> Response:
        """{"openid"?, "outcome"?, "method"?, "late"?}: no sheet; `late`: the bank's word comes after the end."""
        body = await read_body(request)
        return self._answer(lambda: making.pay_order(self._pay, request.path_params["number"], body))

    async def open_cashier(self, request: Request) -> Response:
        """getBrandWCPayRequest: {"parameters", "url", "openid"} → the sheet, or {"refused", "result"}."""
        body = await read_body(request)
        parameters, openid = body.get("parameters"), str(body.get("openid"))
        if not isinstance(parameters, dict) or person_by_openid(openid) is None:
            return refusal("invalid_input", "需要 parameters 和 openid")
        return self._answer(lambda: self._pay.cashier.open(parameters, str(body.get("url")), openid))

    async def finish_cashier(self, request: Request) -> Response:
        """{"outcome": ok | cancel | insufficient | system_error, "method"?: balance | card} → what the page hears."""
        body = await read_body(request)
        outcome, method = body.get("outcome"), body.get("method", "balance")
        if outcome not in cashier.OUTCOMES or method not in cashier.METHODS:
            return refusal("invalid_input", f"outcome 必须是 {' | '.join(cashier.OUTCOMES)}")
        return self._answer(lambda: self._pay.cashier.finish(request.path_params["number"], outcome, method))

    async def refunds(self, _: Request) -> Response:
        """Every refund, newest first."""
        return json_response({"items": [_refund(one) for one in self._pay.refunds.all()]})

    async def settle(self, request: Request) -> Response:
        """{"result": SUCCESS | ABNORMAL | CLOSED}."""
        result = (await read_body(request)).get("result")
        if result not in RESULTS:
            return refusal("invalid_input", f"result 必须是 {' | '.join(RESULTS)}")
        return self._answer(lambda: _refund(self._pay.refunds.settle(request.path_params["number"], str(result))))

    async def notifications(self, _: Request) -> Response:
        """Every notification with its attempts, newest first."""
        return json_response({"items": [_notice(one) for one in self._pay.notifier.all()]})

    async def send(self, request: Request) -> Response:
        """{"tamper"?, "signature"?}: once now, outside the schedule → {"status"}."""
        body = await read_body(request)
        tamper, kind = body.get("tamper", ""), body.get("signature", "good")
        notice = self._pay.notifier.find(request.path_params["number"])
        if notice is None:
            return refusal("not_found", "没有这条通知", 404)
        if tamper not in TAMPERS or kind not in KINDS:
            return refusal("invalid_input", f"tamper：{' | '.join(TAMPERS[1:])}；signature：{' | '.join(KINDS)}")
        return json_response({"status": await self._pay.notifier.send(notice, tamper, kind)})

    async def replay(self, request: Request) -> Response:
        """The last request of this notification again, byte for byte → {"status"}."""
        notice = self._pay.notifier.find(request.path_params["number"])
        status = await self._pay.notifier.replay(notice) if notice else None
        if status is None:
            return refusal("not_found", "这条通知还没有发过", 404)
        return json_response({"status": status})

    async def certificates(self, request: Request) -> Response:
        """{}: one more platform certificate → {"serial"}; {"withdraw": serial}: WeChat no longer signs with that one."""
        withdrawn = (await read_body(request)).get("withdraw")
        if withdrawn is None:
            return json_response({"serial": self._pay.keys.rotate()}, 201)
        if not self._pay.keys.withdraw(str(withdrawn)):
            return refusal("not_found", "没有这张证书，或只剩这一张", 404)
        return json_response({"withdrawn": withdrawn})

    async def bill(self, request: Request) -> Response:
        """The trade bill of a day as it would be now, `?type=ALL|SUCCESS|REFUND`."""
        kind = request.query_params.get("type", "ALL")
        try:
            day = date.fromisoformat(request.path_params["day"])
        except ValueError:
            return refusal("invalid_input", "日期格式应为 YYYY-MM-DD")
        content = self._pay.desk.file(day, kind) if kind in bills.TYPES else None
        if content is None:
            return refusal("not_found", "这一天没有交易", 404)
        name = f"attachment; filename=wechat-pay-{day.isoformat()}-{kind}.csv"
        return Response(content, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": name})

    def _answer(self, work: Callable[[], Document], status: int = 200) -> Response:
        try:
            with self._pay.memory.store.transaction():
                return json_response(work(), status)
        except cashier.NotPossible as error:
            return json_response({"refused": str(error), "result": cashier.refused(str(error))})
        except NotNow as error:
            return refusal("not_now", str(error), 409)
        except making.Unusable as error:
            return refusal("invalid_input", str(error))
        except PayError as error:
            return refusal("not_found", error.message, 404)


def _order(order: Document) -> dict[str, Any]:
    request = order["request"]
    return {
        "out_trade_no": order["out_trade_no"],
        "transaction_id": order.get("transaction_id"),
        "state": state_of(order),
        "amount_fen": request["amount"]["total"],
        "description": request["description"],
        "openid": request["payer"]["openid"],
        "created_at": iso(order["created_at"]),
        "expires_at": iso(order["deadline"]),
        "paid_at": iso(order["paid_at"]) if "paid_at" in order else None,
        "closed_at": iso(order["closed_at"]) if "closed_at" in order else None,
        "refunds": order["refunds"],
        "not_in_bill": bool(order.get("not_in_bill")),
        "billed_fen": order.get("billed_fen"),
    }


def _refund(refund: Document) -> dict[str, Any]:
    return {
        "out_refund_no": refund["out_refund_no"],
        "refund_id": refund["refund_id"],
        "out_trade_no": refund["out_trade_no"],
        "amount_fen": refund["request"]["amount"]["refund"],
        "total_fen": refund["request"]["amount"]["total"],
        "reason": refund["request"].get("reason", ""),
        "status": refund["status"],
        "created_at": iso(refund["created_at"]),
        "success_at": iso(refund["success_at"]) if refund["success_at"] else None,
    }


def _notice(notice: Document) -> dict[str, Any]:
    due = notice["due_at"]
    return {
        **{name: notice[name] for name in ("id", "event", "out_trade_no", "url", "state", "attempts", "content")},
        "created_at": iso(notice["created_at"]),
        "due_at": iso(due) if due is not None else None,
    }
