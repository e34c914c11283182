"""Who follows the account."""

from collections.abc import Sequence

from sandbox.kit.store import Document, Store
from sandbox.people import PEOPLE
from sandbox.wechat.errors import WeChatError

PAGE = 10_000


class Followers:
    """Everybody follows at first; a person may unfollow and follow again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def follows(self, openid: str) -> bool:
        """True when the person follows the account now."""
        known = any(person.openid == openid for person in PEOPLE)
        return known and self._store.get("wechat.unfollowed", openid) is None

    def change(self, openid: str, follows: bool) -> None:
        """Follow or unfollow."""
        if follows:
            self._store.delete("wechat.unfollowed", openid)
        else:
            self._store.put("wechat.unfollowed", openid, {"openid": openid})

    def page(self, after: str) -> Document:
        """GET /cgi-bin/user/get: openids after `next_openid`, 10 000 a page; 40003 for an unknown start."""
        return page_of(tuple(person.openid for person in PEOPLE if self.follows(person.openid)), after)


def page_of(everybody: Sequence[str], after: str) -> Document:
    """One page of an account's followers; 40003 when the start does not follow."""
    if after and after not in everybody:
        raise WeChatError(40003)
    rest = everybody[everybody.index(after) + 1 :] if after else everybody
    page = list(rest[:PAGE])
    data = {"data": {"openid": page}} if page else {}
    return {"total": len(everybody), "count": len(page), **data, "next_openid": page[-1] if page else ""}
