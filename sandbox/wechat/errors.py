"""Error answers of the WeChat API: HTTP 200 with errcode, errmsg and a request id."""

import secrets

from starlette.responses import Response

from sandbox.kit.http import json_response

TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40015: "invalid menu type",
    40016: "invalid button size",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid parameter",
    40036: "invalid template_id size",
    40037: "invalid template_id",
    40054: "invalid sub button url domain",
    40055: "invalid button url domain",
    40097: "invalid args",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip, not in whitelist",
    40226: "code blocked",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41009: "missing openid",
    42001: "access_token expired",
    42002: "refresh_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48004: "api forbidden for irregularities",
    50007: "account is frozen",
    63178: "appid wrong",
    63182: "openid_list empty",
    63183: "appid error",
}


class WeChatError(Exception):
    """A refusal with WeChat's error number."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = TEXTS.get(code, "system error") + (f" {detail}" if detail else "")

    def answer(self) -> Response:
        """The answer as the platform gives it; `rid` is what its support asks for."""
        rid = f"{secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
        return json_response({"errcode": self.code, "errmsg": f"{self.text} rid: {rid}"})


def error_answer(code: str) -> Response:
    """The answer for a switched-on fault; a code that is no number counts as -1 (system busy)."""
    try:
        number = int(code)
    except ValueError:
        number = -1
    return WeChatError(number).answer()
