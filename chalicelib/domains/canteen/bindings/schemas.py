"""Requests and answers of binding, and of the office's list of who is bound."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from chalicelib.core.validation import Answer, Line, MobilePhone, Request
from chalicelib.domains.canteen.schemas import Cursor, Reason


def _plain_digits(value: Any) -> Any:
    """Blanks and full-width digits are no mistakes."""
    return "".join(unicodedata.normalize("NFKC", value).split()) if isinstance(value, str) else value


SmsCode = Annotated[str, Field(pattern=r"^[0-9]{6}$"), BeforeValidator(_plain_digits)]
StaffNo = Annotated[str, Field(max_length=32, pattern=r"^[0-9A-Za-z_-]*$")]
Version = Annotated[int, Field(ge=1, le=2**53)]
BindingStatusName = Literal["bound", "ended"]
HowEndedName = Literal["user", "changed", "moved", "office"]


class AskCode(Request):
    """Send a code to this phone, if it is on file."""

    phone: MobilePhone


class CodeAskedView(Answer):
    """The same whether the phone is known or not."""

    phone_masked: str
    valid_minutes: int
    ask_again_seconds: int
    message: str


class Bind(Request):
    """The code that came. ``staff_no`` only when the answer was ``staff_no_needed``: the same code once more, with it."""

    phone: MobilePhone
    code: SmsCode
    staff_no: StaffNo = ""


class EndedView(Answer):
    """Nothing is bound now. ``ended``: whether something was."""

    ended: bool


class BoundUsersQuery(Request):
    """``text``: a whole staff number, account number or phone; nothing else is looked for."""

    text: Annotated[Line, Field(max_length=32)] = ""
    status: BindingStatusName | None = None
    cursor: Cursor | None = None


class BoundUserView(Answer):
    """Somebody who has, or had, a card account bound."""

    user_id: str
    nickname: str
    account_no: str
    staff_no: str
    name_masked: str
    phone_masked: str
    status: BindingStatusName
    bound_at: datetime
    ended_at: datetime | None
    how_ended: HowEndedName | None
    end_reason: str
    """The office's."""
    version: int


class BoundUsersView(Answer):
    """One page, the last change first. A page may have fewer items than there is room for although more follow."""

    items: list[BoundUserView]
    next_cursor: str | None


class BindingEventView(Answer):
    """What happened when. ``by`` is a nickname."""

    at: datetime
    what: Literal["bound", "user", "changed", "moved", "office"]
    account_no: str
    phone_masked: str
    by: str
    reason: str


class BoundUserDetailView(BoundUserView):
    """One of them, with the phone in full and what happened, the last first."""

    phone: str
    history: list[BindingEventView]


class Unbind(Request):
    """``version`` is the one that was seen."""

    reason: Reason
    version: Version
