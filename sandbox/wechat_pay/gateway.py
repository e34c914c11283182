"""WeChat Pay's HTTP interface: Authorization on the received bytes, the call, a signature on every answer."""

import json
import re
import secrets
from collections.abc import Callable
from urllib.parse import unquote

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from starlette.responses import Response

from sandbox.kit.http import Call
from sandbox.kit.store import Document
from sandbox.wechat_pay import refunds as refund_answers
from sandbox.wechat_pay import tables
from sandbox.wechat_pay.bill_desk import DOWNLOAD, BillDesk
from sandbox.wechat_pay.errors import PayError, wrong
from sandbox.wechat_pay.members import read_object
from sandbox.wechat_pay.memory import Memory
from sandbox.wechat_pay.merchant import CERTIFICATE_SERIAL, MERCHANT_ID
from sandbox.wechat_pay.orders import Orders, shown
from sandbox.wechat_pay.platform_keys import PlatformKeys
from sandbox.wechat_pay.refunds import Refunds
from sandbox.wechat_pay.signature import lines, read_authorization, verifies
from sandbox.wechat_pay.stamp import Stamp

WINDOW_SECONDS = 300
JSON = "application/json"
Handler = Callable[[Call, str], Document | None]
"""(call, the last part of the path, decoded) → the JSON of the answer, None for 204."""


class Gateway:
    """Method and path → what WeChat Pay answers."""

    def __init__(
        self,
        memory: Memory,
        merchant_key: RSAPublicKey,
        keys: PlatformKeys,
        orders: Orders,
        refunds: Refunds,
        desk: BillDesk,
    ) -> None:
        self._memory = memory
        self._merchant_key = merchant_key
        self._keys = keys
        self._stamp = Stamp(memory, keys)
        self._orders = orders
        self._refunds = refunds
        self._desk = desk
        self._routes = [(method, re.compile(path), handler) for method, path, handler in self._table()]

    def serve(self, call: Call) -> Response:
        """The answer to one call."""
        try:
            self._admit(call)
            if (call.method, call.path) == ("GET", DOWNLOAD):
                return Response(self._desk.download(call.query), media_type="application/octet-stream")
            content = self._carry_out(call)
        except PayError as error:
            return self._refused(error, call.header("wechatpay-serial"))
        body = b"" if content is None else json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return self._signed(body, 204 if content is None else 200, 0, call.header("wechatpay-serial"))

    def error_answer(self, code: str) -> Response:
        """The answer for a switched-on fault."""
        return self._refused(PayError(code, "手动设置的错误"), None)

    def _admit(self, call: Call) -> None:
        """Headers, then the signature. SIGN_ERROR when anything about it is wrong."""
        accept = call.header("accept") or ""
        if not call.header("user-agent") or not any(form in accept for form in (JSON, "*/*")):
            raise PayError("PARAM_ERROR", "Http头缺少Accept或User-Agent")
        if call.body and (call.header("content-type") or "").split(";")[0].strip() != JSON:
            raise PayError("PARAM_ERROR", "Http头Content-Type应为application/json")
        self._check_authorization(call)
        self._keys.check_asked(call.header("wechatpay-serial"))

    def _check_authorization(self, call: Call) -> None:
        given = read_authorization(call.header("authorization"))
        if given is None:
            raise _sign_error("Authorization 格式不对", call)
        if given.mchid != MERCHANT_ID or given.serial_no != CERTIFICATE_SERIAL:
            raise _sign_error("商户号或商户证书序列号有误", call)
        if not given.timestamp.isdigit() or abs(self._memory.clock() - int(given.timestamp)) > WINDOW_SECONDS:
            raise _sign_error("Authorization 中的时间戳与服务器时间相差超过 5 分钟", call)
        message = lines(call.method, call.target, given.timestamp, given.nonce_str, call.body)
        if not given.nonce_str or not verifies(self._merchant_key, message, given.signature):
            raise _sign_error("错误的签名，验签失败", call)

    def _carry_out(self, call: Call) -> Document | None:
        raw = call.raw_path or call.path
        for method, path, handler in self._routes:
            match = path.fullmatch(raw)
            if match and method == call.method:
                return handler(call, unquote(match.groups()[0]) if match.groups() else "")
        raise PayError("NOT_FOUND", "接口不存在")

    def _table(self) -> list[tuple[str, str, Handler]]:
        pay, back = "/v3/pay/transactions", "/v3/refund/domestic/refunds"
        one = f"{pay}/out-trade-no/([^/]+)"
        return [
            ("POST", f"{pay}/jsapi", lambda call, _: self._orders.prepay(self._own(read_object(call)))),
            ("GET", one, lambda call, number: self._query(call, lambda: self._orders.find(number))),
            ("GET", f"{pay}/id/([^/]+)", lambda call, number: self._query(call, lambda: self._paid(number))),
            ("POST", f"{one}/close", self._close),
            ("POST", back, lambda call, _: self._refunds.refund(read_object(call))),
            ("GET", f"{back}/([^/]+)", lambda _, number: refund_answers.shown(self._refunds.find(number))),
            ("GET", "/v3/certificates", lambda _call, _: self._keys.listed()),
            ("GET", "/v3/bill/tradebill", lambda call, _: self._desk.ask(call.query, f"http://{call.header('host')}")),
        ]

    def _query(self, call: Call, find: Callable[[], Document]) -> Document:
        if set(call.query) != {"mchid"}:
            raise wrong("mchid", "缺少参数或有多余的参数")
        self._own(call.query)
        return shown(find())

    def _paid(self, transaction_id: str) -> Document:
        return self._orders.find_paid(transaction_id)

    def _close(self, call: Call, number: str) -> None:
        body = read_object(call)
        tables.CLOSE(body, "/body")
        self._own(body)
        self._orders.close(number)

    def _own(self, members: Document) -> Document:
        """The merchant named inside is the one who signed."""
        if members.get("mchid", MERCHANT_ID) != MERCHANT_ID:
            raise PayError("SIGN_ERROR", "商户号与签名使用的商户号不一致")
        return members

    def _refused(self, error: PayError, asked: str | None) -> Response:
        return self._signed(error.body(), error.status, error.number, asked)

    def _signed(self, body: bytes, status: int, number: int, asked: str | None) -> Response:
        kind = self._memory.used_up("response_signature")
        headers = self._stamp.headers(body, kind, asked)
        headers["Request-ID"] = f"{secrets.token_hex(16).upper()}-{number}"
        return Response(body, status, headers, None if status == 204 else f"{JSON}; charset=utf-8")


def _sign_error(issue: str, call: Call) -> PayError:
    """With what WeChat saw, cut short, so that a developer finds the difference."""
    seen = {"method": call.method, "url": call.target, "sign_message_length": len(call.body)}
    detail = {"location": "authorization", "field": "signature", "issue": issue, "sign_information": seen}
    return PayError("SIGN_ERROR", issue, None, detail)
