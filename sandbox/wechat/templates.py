"""Template messages: what is accepted, and what arrives in the follower's chat (contract A6)."""

import re
import secrets
from collections.abc import Callable
from typing import Any

from sandbox.kit.clock import iso
from sandbox.kit.store import Document
from sandbox.wechat.account import Account
from sandbox.wechat.errors import WeChatError
from sandbox.wechat.followers import Followers

DEDUPLICATION_SECONDS = 600
Push = Callable[[str, dict[str, Any]], None]
"""Sends an event of a person to the account's callback, later."""
LIBRARY = (
    {
        "template_id": "Vx2kQ8mWc5TzR1bNf7YpLd3HsJ9uGe4A6oKi0SvXt-w",
        "title": "访客预约审核结果通知",
        "content": "访客姓名：{{thing1.DATA}}\n来访时间：{{time2.DATA}}\n"
        "审核结果：{{phrase3.DATA}}\n备注：{{thing4.DATA}}",
    },
    {
        "template_id": "hB6tZ0qLw4XnCy8RmVf2Ks7DgPe5Ja1Uo9Ti3YbNx_E",
        "title": "访客到访提醒",
        "content": "访客姓名：{{thing1.DATA}}\n到访时间：{{time2.DATA}}\n到访地点：{{thing5.DATA}}",
    },
    {
        "template_id": "mR3wK7yTd0FhQz9VbXc2Np6LsGj8Ue5Ai1Oo4WxYt-k",
        "title": "物流业务办理提醒",
        "content": "办理事项：{{thing1.DATA}}\n时间：{{time2.DATA}}\n状态：{{phrase3.DATA}}\n备注：{{thing4.DATA}}",
    },
    {
        "template_id": "qN7vL2xJd9BwSf4RkTc8Ym1ZpHg6Ua3Eo5Is0KQVy-M",
        "title": "餐卡业务通知",
        "content": "业务内容：{{thing1.DATA}}\n时间：{{time2.DATA}}\n结果：{{phrase3.DATA}}\n备注：{{thing4.DATA}}",
    },
)
RULES = {
    "thing": re.compile(r"[^\n\r]{1,20}"),
    "number": re.compile(r"\d{1,32}(\.\d+)?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "character_string": re.compile(r"[\x21-\x7e]{1,32}"),
    "time": re.compile(
        r"(\d{4}年\d{1,2}月\d{1,2}日 ?)?\d{1,2}:\d{2}(:\d{2})?(~.+)?|\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?(~.+)?"
    ),
    "date": re.compile(r"\d{4}(年\d{1,2}月\d{1,2}日|-\d{2}-\d{2})( \d{2}:\d{2})?"),
    "amount": re.compile(r"[¥￥$]?\d{1,10}(\.\d+)?元?"),
    "phone_number": re.compile(r"[\d+\-]{1,17}"),
    "car_number": re.compile(r"\S{1,8}"),
    "name": re.compile(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z ]{1,20}"),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
    "const": re.compile(r"[^\n\r]{1,20}"),
}


class TemplateMessages:
    """Accepts, remembers and delivers template messages."""

    def __init__(self, account: Account, followers: Followers, push: Push) -> None:
        self._account = account
        self._followers = followers
        self._push = push

    def library(self) -> Document:
        """GET /cgi-bin/template/get_all_private_template."""
        return {"template_list": [dict(template) for template in LIBRARY]}

    def messages(self, openid: str) -> list[Document]:
        """What a person's chat with the account shows, oldest first."""
        return [doc for doc in self._account.store.all("wechat.message") if doc["openid"] == openid]

    def send(self, body: Any) -> Document:
        """POST /cgi-bin/message/template/send."""
        self._account.spend("template_send")
        if not isinstance(body, dict):
            raise WeChatError(47001)
        template = self._template(body.get("template_id"))
        openid = body.get("touser")
        if not isinstance(openid, str) or not openid:
            raise WeChatError(40003)
        if not self._followers.follows(openid):
            raise WeChatError(43004)
        if template["template_id"] in self._account.knobs.get("refused_templates"):
            raise WeChatError(43101)
        fields = _checked_fields(template, body.get("data"))
        return {"errcode": 0, "errmsg": "ok", "msgid": self._accept(openid, template, fields, body)}

    def _template(self, template_id: Any) -> dict[str, str]:
        if not isinstance(template_id, str) or len(template_id) != 43:
            raise WeChatError(40036)
        found = next((template for template in LIBRARY if template["template_id"] == template_id), None)
        if found is None:
            raise WeChatError(40037)
        return found

    def _accept(self, openid: str, template: dict[str, str], fields: dict[str, str], body: dict[str, Any]) -> int:
        """The msgid; the same openid and client_msg_id within ten minutes is not sent twice."""
        client_id = body.get("client_msg_id")
        now = self._account.clock()
        for earlier in self.messages(openid):
            recent = now - earlier["sent_at"] < DEDUPLICATION_SECONDS
            if client_id and earlier["client_msg_id"] == client_id and recent:
                return int(earlier["msgid"])
        msgid = int(now * 1000) * 1000 + secrets.randbelow(1000)
        message = {
            "openid": openid,
            "msgid": msgid,
            "client_msg_id": client_id,
            "title": template["title"],
            "lines": [
                {"label": line.split("：")[0], "value": fields[_key_in(line)]}
                for line in template["content"].split("\n")
            ],
            "url": body.get("url", ""),
            "sent_at": now,
            "at": iso(now),
            "result": self._account.knobs.get("template_result"),
        }
        self._account.store.put("wechat.message", str(msgid), message)
        self._account.count("templates_sent")
        result = {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": msgid, "Status": message["result"]}
        self._push(openid, result)
        return msgid


def _key_in(line: str) -> str:
    return str(re.findall(r"\{\{(\w+)\.DATA\}\}", line)[0])


def _checked_fields(template: dict[str, str], data: Any) -> dict[str, str]:
    """Every key of the template with a value of its type; 47003 names the first that does not fit."""
    if not isinstance(data, dict):
        raise WeChatError(47003, "data")
    fields = {}
    for key in re.findall(r"\{\{(\w+)\.DATA\}\}", template["content"]):
        entry = data.get(key)
        value = entry.get("value") if isinstance(entry, dict) else None
        rule = RULES[key.rstrip("0123456789")]
        if not isinstance(value, str) or not rule.fullmatch(value):
            raise WeChatError(47003, f"data.{key}.value invalid")
        fields[key] = value
    return fields
