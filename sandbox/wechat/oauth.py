"""Web authorisation: the authorise request, single-use codes, per-user tokens (contract A5)."""

import re
import secrets
from urllib.parse import urlencode, urlsplit

from sandbox.kit.http import parse_parameters
from sandbox.kit.store import Document
from sandbox.people import person_by_openid
from sandbox.wechat.account import Account
from sandbox.wechat.errors import WeChatError

CODE_LIFETIME = 300
TOKEN_LIFETIME = 7200
REFRESH_LIFETIME = 30 * 86400
ORDER = ("appid", "redirect_uri", "response_type", "scope", "state")
STATE = re.compile(r"[a-zA-Z0-9]{1,128}")
PAGE_ERRORS = {
    "10003": "redirect_uri 域名与后台配置不一致",
    "10005": "该公众号没有这个 scope 的权限",
    "10010": "scope 不能为空",
    "10011": "redirect_uri 不能为空",
    "10012": "appid 不能为空",
    "10013": "state 不能为空",
    "10016": "appid 不属于这个公众号",
    "parameter_order": "参数顺序错误，须为 appid、redirect_uri、response_type、scope、state",
    "response_type": "response_type 必须是 code",
    "state_format": "state 只能由字母和数字组成，最长 128 字节",
    "fragment": "链接缺少 #wechat_redirect",
    "request_unknown": "授权请求已失效，请返回后重试",
}


class AuthorisePageError(Exception):
    """What the authorise page shows instead of asking: WeChat's number, or our word where it has none."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = PAGE_ERRORS[code]


class WebAuthorisation:
    """The state behind the authorise page and the /sns endpoints."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._store = account.store

    def open_request(self, raw_query: str, openid: str) -> Document:
        """Check an authorise URL's query and remember the request; AuthorisePageError when WeChat would not ask."""
        query = self._checked(raw_query)
        snapshot = bool(self._account.knobs.get("snapshot_user")) and query.get("forcePopup") != "true"
        silent = query["scope"] == "snsapi_base" or snapshot
        request: Document = {
            "id": secrets.token_urlsafe(16),
            "openid": openid,
            "redirect_uri": query["redirect_uri"],
            "state": query["state"],
            "scope": query["scope"],
            "snapshot": snapshot and query["scope"] == "snsapi_userinfo",
            "silent": silent,
            "at": self._account.clock(),
        }
        self._store.put("wechat.authorise", request["id"], request)
        return request

    def decide(self, request_id: str, allow: bool) -> str | None:
        """The callback URL with a fresh code, None on refusal; each request is decided once."""
        request = self._store.get("wechat.authorise", request_id)
        if request is None:
            raise AuthorisePageError("request_unknown")
        self._store.delete("wechat.authorise", request_id)
        self._account.count("consents_allowed" if allow else "consents_refused")
        if not allow:
            return None
        parameters = urlencode({"code": self._new_code(request), "state": request["state"]})
        joint = "&" if urlsplit(request["redirect_uri"]).query else "?"
        return f"{request['redirect_uri']}{joint}{parameters}"

    def exchange(self, query: dict[str, str]) -> Document:
        """GET /sns/oauth2/access_token."""
        self._account.check_app(query.get("appid"), query.get("secret"))
        if query.get("grant_type") != "authorization_code":
            raise WeChatError(40002)
        if not query.get("code"):
            raise WeChatError(41008)
        code = self._use_code(query["code"])
        self._account.count("codes_exchanged")
        return self._new_grant(code["openid"], code["scope"], code["snapshot"], secrets.token_urlsafe(64))

    def refresh(self, query: dict[str, str]) -> Document:
        """GET /sns/oauth2/refresh_token; needs no secret."""
        if not query.get("appid"):
            raise WeChatError(41002)
        self._account.check_app_id(query["appid"])
        if query.get("grant_type") != "refresh_token":
            raise WeChatError(40002)
        grant = self._store.get("wechat.sns_refresh", query.get("refresh_token", ""))
        if grant is None:
            raise WeChatError(40030)
        if grant["at"] + REFRESH_LIFETIME <= self._account.clock():
            raise WeChatError(42002)
        return self._new_grant(grant["openid"], grant["scope"], grant["snapshot"], grant["refresh_token"])

    def check(self, query: dict[str, str]) -> Document:
        """GET /sns/auth: 40003 when token and openid do not belong together."""
        self._grant(query)
        return {"errcode": 0, "errmsg": "ok"}

    def user_info(self, query: dict[str, str]) -> Document:
        """GET /sns/userinfo: no sex and no region since 2021-10-24; 48001 for a snsapi_base token."""
        grant = self._grant(query)
        if grant["scope"] != "snsapi_userinfo":
            raise WeChatError(48001)
        self._account.count("user_infos")
        blank = {"sex": 0, "language": "", "city": "", "province": "", "country": "", "privilege": []}
        if grant["snapshot"]:
            return {"openid": grant["openid"], "nickname": "微信用户", **blank, "headimgurl": ""}
        person = person_by_openid(grant["openid"])
        if person is None:
            raise WeChatError(40003)
        avatar = f"{self._account.public_url}/mmopen/{person.openid}/132"
        union = {"unionid": person.unionid} if self._account.knobs.get("open_platform_bound") else {}
        return {"openid": person.openid, "nickname": person.nickname, **blank, "headimgurl": avatar, **union}

    def _checked(self, raw_query: str) -> dict[str, str]:
        query = parse_parameters(raw_query)
        for name, error in (("appid", "10012"), ("redirect_uri", "10011"), ("scope", "10010"), ("state", "10013")):
            if not query.get(name):
                raise AuthorisePageError(error)
        if query["appid"] != self._account.credentials.app_id:
            raise AuthorisePageError("10016")
        if query.get("response_type") != "code":
            raise AuthorisePageError("response_type")
        if tuple(name for name in query if name in ORDER) != ORDER:
            raise AuthorisePageError("parameter_order")
        if not STATE.fullmatch(query["state"]):
            raise AuthorisePageError("state_format")
        if query["scope"] not in self._account.knobs.get("granted_scopes"):
            raise AuthorisePageError("10005")
        if urlsplit(query["redirect_uri"]).hostname not in self._account.knobs.get("oauth_domains"):
            raise AuthorisePageError("10003")
        return query

    def _new_code(self, request: Document) -> str:
        value = secrets.token_urlsafe(24)
        openid = f"o_virtual_{secrets.token_hex(9)}" if request["snapshot"] else request["openid"]
        code = {
            "openid": openid,
            "scope": request["scope"],
            "snapshot": request["snapshot"],
            "issued_at": self._account.clock(),
            "used": False,
        }
        self._store.put("wechat.code", value, code)
        return value

    def _use_code(self, value: str) -> Document:
        """A used code answers 40163 as long as it would have lived, 40029 afterwards; an expired one 40029."""
        code = self._store.get("wechat.code", value)
        if code is None or code["issued_at"] + CODE_LIFETIME <= self._account.clock():
            raise WeChatError(40029)
        if code["used"]:
            raise WeChatError(40163)
        self._store.put("wechat.code", value, {**code, "used": True})
        return code

    def _new_grant(self, openid: str, scope: str, snapshot: bool, refresh_token: str) -> Document:
        grant = {"openid": openid, "scope": scope, "snapshot": snapshot, "at": self._account.clock()}
        token = secrets.token_urlsafe(64)
        self._store.put("wechat.sns_token", token, grant)
        if self._store.get("wechat.sns_refresh", refresh_token) is None:
            self._store.put("wechat.sns_refresh", refresh_token, {**grant, "refresh_token": refresh_token})
        person = person_by_openid(openid)
        bound = self._account.knobs.get("open_platform_bound") and scope == "snsapi_userinfo"
        return {
            "access_token": token,
            "expires_in": TOKEN_LIFETIME,
            "refresh_token": refresh_token,
            "openid": openid,
            "scope": scope,
            **({"is_snapshotuser": 1} if snapshot else {}),
            **({"unionid": person.unionid} if person and bound else {}),
        }

    def _grant(self, query: dict[str, str]) -> Document:
        if not query.get("access_token"):
            raise WeChatError(41001)
        if not query.get("openid"):
            raise WeChatError(41009)
        grant = self._store.get("wechat.sns_token", query["access_token"])
        if grant is None:
            raise WeChatError(40014)
        if grant["at"] + TOKEN_LIFETIME <= self._account.clock():
            raise WeChatError(42001)
        if grant["openid"] != query["openid"]:
            raise WeChatError(40003)
        return grant
