"""A message of the callback, and what follows from it: pure decisions. Standard library only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

FRESH_FOR = timedelta(hours=1)
"""WeChat repeats within seconds; what is older (or from the future) is a replay and has no effect."""


class Erasure(StrEnum):
    """Why WeChat's data of a person must go; the value is WeChat's event."""

    UNFOLLOWED = "unsubscribe"
    PROFILE_CHANGED = "user_info_modified"
    """WeChat has cleared a risky nickname or avatar: ours is of no use either."""
    CONSENT_WITHDRAWN = "user_authorization_revoke"
    ACCOUNT_CANCELLED = "user_authorization_cancellation"

    @property
    def ends_sessions(self) -> bool:
        """Without consent nobody stays signed in; following is not needed for it."""
        return self in (Erasure.CONSENT_WITHDRAWN, Erasure.ACCOUNT_CANCELLED)

    @property
    def spares_staff(self) -> bool:
        """Who merely stops following has withdrawn nothing, and colleagues must see who approved."""
        return self is Erasure.UNFOLLOWED


class MessageInvalid(ValueError):
    """A field that every message has is missing or no number."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message or event."""

    account: str
    openid: str
    created_at: datetime
    kind: str
    """``text``, ``event``, ``image`` …, lower case."""
    event: str = ""
    """Lower case: WeChat writes some events in capitals, and not always."""
    key: str = ""
    text: str = ""
    message_id: str = ""
    template_message_id: str = ""
    template_status: str = ""

    @property
    def identity(self) -> str:
        """The same for every delivery: ``MsgId`` of messages; sender, second and event of events, which have none."""
        parts = [self.message_id] if self.message_id else [self.openid, str(self.created_at.timestamp()), self.event]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    @property
    def erasure(self) -> Erasure | None:
        """Why data must go, if they must."""
        return Erasure(self.event) if self.event in set(Erasure) else None

    @property
    def follows(self) -> bool | None:
        """Whether the person follows from now on; ``None`` when the message says nothing about it."""
        return {"subscribe": True, "unsubscribe": False, Erasure.ACCOUNT_CANCELLED.value: False}.get(self.event)

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may have an effect."""
        return abs(now - self.created_at) <= FRESH_FOR


def read_message(fields: Mapping[str, str]) -> Message:
    """The message of the fields WeChat sent. Authorisation events name the person in ``OpenID``."""
    created = fields.get("CreateTime", "")
    openid = fields.get("OpenID") or fields.get("FromUserName", "")
    if not openid or not created.isdecimal() or not created.isascii() or len(created) > 11:
        raise MessageInvalid("sender or time is missing")
    return Message(
        account=fields.get("ToUserName", ""),
        openid=openid,
        created_at=datetime.fromtimestamp(int(created), UTC),
        kind=fields.get("MsgType", "").lower(),
        event=fields.get("Event", "").lower(),
        key=fields.get("EventKey", ""),
        text=fields.get("Content", ""),
        message_id=fields.get("MsgId", ""),
        template_message_id=fields.get("MsgID", ""),
        template_status=fields.get("Status", ""),
    )
