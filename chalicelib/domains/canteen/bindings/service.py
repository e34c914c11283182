"""What other parts of the canteen ask of bindings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from chalicelib.core import runtime
from chalicelib.core.session import Principal
from chalicelib.domains.canteen.bindings import store
from chalicelib.domains.canteen.bindings.binding import Binding

PHONES = "phones"
"""Kind of what the old canteen account knew: somebody's phone."""


class CarriedOver(Protocol):
    """One thing the old accounts knew of a person; ``fields`` by column name."""

    @property
    def kind(self) -> str:
        """What it is."""
        ...

    @property
    def fields(self) -> Mapping[str, str]:
        """What it says."""
        ...


FindOpenid = Callable[[str], str | None]
FindCarriedOver = Callable[[str, str], Iterable[CarriedOver]]
"""(appid, openid) → what the old accounts knew."""


def bound_account(user: Principal) -> Binding | None:
    """The card account that is this person's, in one consistent read."""
    return store.find_binding(user)


def suggested_phone(user: Principal, find_openid: FindOpenid, carried_over: FindCarriedOver) -> str | None:
    """The phone an old account had of this person, to begin binding with: it proves nothing, a code has to."""
    openid = find_openid(user.user_id)
    known = carried_over(runtime.settings().wechat_app_id, openid) if openid else ()
    return next((each.fields["phone"] for each in known if each.kind == PHONES and each.fields.get("phone")), None)
