"""People who arrive at the official account and at the mini program, with or without a unionid."""

from __future__ import annotations

from datetime import datetime

from chalicelib.core.clock import utc_now
from chalicelib.domains.account.identities import service as identities
from chalicelib.domains.account.mini_program import UserInfo
from chalicelib.domains.account.model import Profile, User
from chalicelib.integrations.errors import PeerError, Refused
from tests.support.environment import ENVIRONMENT

ACCOUNT, MINI = ENVIRONMENT["WECHAT_APP_ID"], "wx5e2d91b0c47a83f6"


def profile(app_id: str, person: str, *, bound: bool = True) -> Profile:
    """What WeChat tells of a person there; ``bound``: with their unionid."""
    nickname = person if app_id == ACCOUNT else ""
    return Profile(app_id, f"o-{app_id}-{person}", nickname, "", f"union-{person}" if bound else None)


def arrive(app_id: str, person: str, *, bound: bool = True, now: datetime | None = None) -> User:
    """A person signs in there."""
    return identities.remember(profile(app_id, person, bound=bound), now or utc_now())


def merged(person: str = "lin") -> tuple[User, str]:
    """A person who was two users until their unionid was told: who they are now, and the absorbed user's id."""
    survivor = arrive(ACCOUNT, person, bound=False)
    absorbed = arrive(MINI, person)
    user = arrive(ACCOUNT, person)
    assert (user.id, user.absorbed) == (survivor.id, (absorbed.id,))
    return user, absorbed.id


class FakeMiniProgram:
    """Codes work once, as at WeChat; ``failing`` is raised instead of an answer."""

    def __init__(self) -> None:
        self.people: dict[str, Profile] = {}
        self.infos: list[UserInfo | None] = []
        self.failing: PeerError | None = None

    def issue(self, code: str, person: str = "lin", *, bound: bool = True) -> str:
        """A code of wx.login."""
        self.people[code] = profile(MINI, person, bound=bound)
        return code

    def exchange(self, code: str, info: UserInfo | None) -> Profile:
        """In place of the wiring's exchange."""
        self.infos.append(info)
        if self.failing:
            raise self.failing
        if code not in self.people:
            raise Refused("code_invalid", "code been used", "wechat", peer_code="40163")
        return self.people.pop(code)
