"""WeChat's side of a migration in memory: followers of the old accounts, their new openids, and a count of the calls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from chalicelib.domains.channel.migration.model import BATCH, Conversion
from chalicelib.domains.channel.migration.ports import OldAccount, Page, Ports
from chalicelib.integrations.errors import PeerError, Refused
from tests.support.environment import ENVIRONMENT

CANTEEN = OldAccount("canteen", "东南餐饮管理", "wx51b0c8d47e92fa63", "gh_9d20b7c4f1a8")
LOGISTICS = OldAccount("logistics", "东南智慧物流", "wxe83f6a0d2c5b1947", "gh_46f8e1b07d35")
NEW_APP_ID = ENVIRONMENT["WECHAT_APP_ID"]


def openid(number: int) -> str:
    """The old openid of follower ``number``."""
    return f"oOLDca{number:05d}xQ7vT2mKe9WbZr4"


def new_openid(old: str) -> str:
    """What WeChat makes of it."""
    return f"oNEW{old[4:]}"


def is_gone(old: str) -> bool:
    """Every 40th stops following before the conversion."""
    return int(old[6:11]) % 40 == 39


@dataclass
class FakeMigration:
    """``trouble`` is called with (operation, "before" | "after") and may raise: the fault wrapper's hook."""

    followers: list[str] = field(default_factory=list)
    page_size: int = 10_000
    accepts: tuple[str, ...] = (CANTEEN.raw_id, CANTEEN.app_id)
    answer_with: PeerError | None = None
    forget: Callable[[str], bool] = lambda _old: False
    """Openids WeChat leaves out of its answer."""
    pages_read: int = 0
    asked: list[tuple[str, ...]] = field(default_factory=list)
    trouble: Callable[[str, str], None] = lambda operation, moment: None

    def ports(self, *accounts: OldAccount) -> Ports:
        """What the worker gets."""
        return Ports(accounts or (CANTEEN,), NEW_APP_ID, self.read_page, self.convert)

    def read_page(self, _account: OldAccount, after: str) -> Page:
        """As ``user/get`` does."""
        self.pages_read += 1
        self.trouble("read_page", "before")
        if self.answer_with is not None:
            raise self.answer_with
        if after and after not in self.followers:
            raise Refused("wechat_grant_invalid", "invalid openid", "wechat", peer_code="40003")
        start = self.followers.index(after) + 1 if after else 0
        page = self.followers[start : start + self.page_size]
        self.trouble("read_page", "after")
        return Page(len(self.followers), page, page[-1] if page else "")

    def convert(self, source: str, openids: Sequence[str]) -> list[Conversion]:
        """As ``changeopenid`` does, in another order."""
        self.asked.append(tuple(openids))
        self.trouble("convert", "before")
        assert 1 <= len(openids) <= BATCH
        if self.answer_with is not None:
            raise self.answer_with
        if source not in self.accepts:
            raise Refused("wechat_migration_unrelated", "appid wrong", "wechat", peer_code="63178")
        answers = [self._answer(old) for old in reversed(openids) if not self.forget(old)]
        self.trouble("convert", "after")
        return answers

    @staticmethod
    def _answer(old: str) -> Conversion:
        return Conversion(old, "", "ori_openid error") if is_gone(old) else Conversion(old, new_openid(old), "ok")
