"""Published articles: what the account's owner publishes and deletes, what freepublish/batchget gives, how they look."""

import html
import secrets
from typing import Any

from sandbox.kit.clock import iso
from sandbox.kit.store import Document
from sandbox.wechat.account import Account
from sandbox.wechat.errors import WeChatError

MOST_AT_ONCE = 20
MOST_IN_A_MESSAGE = 8
KIND = "wechat.message_published"
COLOURS = ("#0f766e", "#1d4ed8", "#b45309", "#7c3aed", "#be123c")
SAMPLES = (
    ("公司召开四季度安全生产会议", "强调危化品运输车辆入厂管理，落实预约与人车核验。"),
    ("液碱装车鹤位完成检修", "1 号、3 号鹤位恢复装车，请司机按预约时段到厂。"),
    ("食堂新增清真窗口", "一楼西侧窗口本周起供应，欢迎职工就餐。"),
)
"""What a new account has published."""


class Articles:
    """A message holds one to eight articles; deleted ones stay in it with `is_deleted`, the whole message disappears."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def publish(self, articles: list[dict[str, Any]], days_ago: int = 0) -> Document:
        """Publish a message; what is published later comes first."""
        now = self._account.clock() - days_ago * 86400
        message_id = secrets.token_urlsafe(48)
        kept = [
            {"title": str(one.get("title", "")), "digest": str(one.get("digest", "")), "is_deleted": False}
            for one in articles[:MOST_IN_A_MESSAGE]
        ]
        message = {"article_id": message_id, "articles": kept, "update_time": int(now), "at": iso(now)}
        self._account.store.put(KIND, message_id, message)
        return message

    def publish_samples(self) -> None:
        """What a new account has, unless it has something."""
        if not self.all():
            for days, (title, digest) in reversed(list(enumerate(SAMPLES, start=1))):
                self.publish([{"title": title, "digest": digest}], days_ago=days)

    def delete(self, message_id: str, index: int = 0) -> bool:
        """As freepublish/delete: `index` counts from 1, 0 deletes the message; False when there is none."""
        message = self._account.store.get(KIND, message_id)
        if message is None or not 0 <= index <= len(message["articles"]):
            return False
        if index == 0:
            return self._account.store.delete(KIND, message_id)
        message["articles"][index - 1]["is_deleted"] = True
        self._account.store.put(KIND, message_id, message)
        return True

    def all(self) -> list[Document]:
        """Newest first."""
        return self._account.store.all(KIND)[::-1]

    def batch_get(self, body: Any) -> Document:
        """POST /cgi-bin/freepublish/batchget."""
        offset, count = _number(body, "offset"), _number(body, "count")
        without_content = _number(body, "no_content", 0)
        if offset < 0 or not 1 <= count <= MOST_AT_ONCE or without_content not in (0, 1):
            raise WeChatError(40097)
        self._account.count("articles_read")
        messages = self.all()
        page = messages[offset : offset + count]
        items = [self._item(message, bool(without_content)) for message in page]
        return {"total_count": len(messages), "item_count": len(items), "item": items}

    def _item(self, message: Document, without_content: bool) -> Document:
        news = [self._news_item(message, index, without_content) for index in range(len(message["articles"]))]
        times = {"create_time": message["update_time"], "update_time": message["update_time"]}
        return {
            "article_id": message["article_id"],
            "content": {"news_item": news, **times},
            "update_time": message["update_time"],
        }

    def _news_item(self, message: Document, index: int, without_content: bool) -> Document:
        article, message_id = message["articles"][index], message["article_id"]
        item = {
            "title": article["title"],
            "author": self._account.credentials.name,
            "digest": article["digest"],
            "content": f"<p>{html.escape(article['digest'])}</p>",
            "content_source_url": "",
            "thumb_media_id": "",
            "show_cover_pic": 0,
            "need_open_comment": 0,
            "only_fans_can_comment": 0,
            "url": f"{self._account.public_url}/s?__biz=sandbox&mid={message_id}&idx={index + 1}#rd",
            "is_deleted": article["is_deleted"],
            "thumb_url": f"{self._account.public_url}/mmbiz_svg/{message_id}/{index}?wx_fmt=svg",
        }
        if without_content:
            del item["content"]
        return item

    def page(self, message_id: str, index: int) -> tuple[str, int]:
        """The article as people read it, and its HTTP status."""
        message = self._account.store.get(KIND, message_id)
        article = message["articles"][index - 1] if message and 1 <= index <= len(message["articles"]) else None
        if message is None or article is None or article["is_deleted"]:
            return _page("该内容已被发布者删除", ""), 200
        name = html.escape(self._account.credentials.name)
        text = f"<p class=meta>{name} · {message['at'][:10]}</p><p>{html.escape(article['digest'])}</p>"
        return _page(article["title"], text), 200

    def picture(self, message_id: str, index: int, referrer: str) -> str:
        """The cover; a foreign page that says where it is gets the notice that everybody knows."""
        if referrer and not referrer.startswith(self._account.public_url):
            return _drawing("#d4d4d4", "#525252", "此图片来自微信公众平台", "未经允许不可引用")
        colour = COLOURS[sum(message_id.encode()) % len(COLOURS)]
        return _drawing(colour, "#fff", self._account.credentials.name, f"No. {index + 1}")


def _number(body: Any, name: str, default: int | None = None) -> int:
    value = body.get(name, default) if isinstance(body, dict) else None
    if not isinstance(value, int) or isinstance(value, bool):
        raise WeChatError(47001 if not isinstance(body, dict) else 40097)
    return value


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title>"
        "<style>body{margin:0;padding:20px;font:17px/1.7 sans-serif}h1{font-size:22px}.meta{color:#888;font-size:15px}"
        f"</style><h1>{html.escape(title)}</h1>{body}</html>"
    )


def _drawing(ground: str, ink: str, first: str, second: str) -> str:
    font = 'font-family="PingFang SC,Noto Sans CJK SC,Microsoft YaHei,sans-serif" text-anchor="middle"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 383">'
        f'<rect width="900" height="383" fill="{ground}"/>'
        f'<text x="450" y="190" font-size="72" fill="{ink}" {font}>{html.escape(first)}</text>'
        f'<text x="450" y="280" font-size="44" fill="{ink}" {font}>{html.escape(second)}</text></svg>'
    )
