"""Sending notices: at most one message an entry, whatever gets lost.

WeChat sends the same ``client_msg_id`` to the same person once within ten minutes. So an attempt whose outcome is unknown
is repeated with the same id while that holds; afterwards a repetition could be a second message, and the entry ends as
"maybe sent". A notice that fails is recorded and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.core.ids import derived_id
from chalicelib.core.logs import log_event, log_exception
from chalicelib.core.notices.model import Facts, Notice
from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Done, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.domains.channel.deliveries.model import Result
from chalicelib.domains.channel.deliveries.service import add_outcome
from chalicelib.domains.channel.notices import KEYWORDS
from chalicelib.integrations.errors import PeerError, Refused, UnknownOutcome

REPEATABLE_FOR = timedelta(minutes=9)
"""WeChat promises ten; one is left for the way."""
REPEAT_AFTER = timedelta(seconds=45)

FindFacts = Callable[[Notice, str, datetime], Facts | None]


class NoticeInvalid(Exception):
    """The words do not fit the template; the message names the keyword."""


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in the account's own terms."""

    openid: str
    template_id: str
    page: str
    data: Mapping[str, str]
    message_id: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What an attempt led to, and WeChat's number of the message if it has taken one."""

    outcome: Outcome
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Ports:
    """What the notifier needs of others."""

    send: Callable[[Message], str]
    """Sends and returns WeChat's id of the message; raises the adapter's errors or :class:`NoticeInvalid`."""
    find_openid: Callable[[str], str | None]
    facts: Mapping[str, FindFacts]
    """Kind of subject (``visit``) → who knows its words."""
    templates: Mapping[str, str]
    """Notice → template id; a missing one is switched off."""
    clock: Callable[[], datetime]


class Notifier:
    """The handlers of the queue to WeChat."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return dict.fromkeys((notice.value for notice in Notice), self.handle)

    def handle(self, entry: Entry) -> Outcome:
        """One attempt to tell one person one thing; what became of it is recorded with its result."""
        attempt = self._attempt(entry)
        outcome, now = attempt.outcome, self._ports.clock()
        code = "" if isinstance(outcome, Done) or outcome.error is None else outcome.error.code

        def write_down(transaction: Transaction) -> None:
            add_outcome(transaction, entry, _result_of(attempt), now, error_code=code, message_id=attempt.message_id)

        return replace(outcome, effect=write_down)

    def _attempt(self, entry: Entry) -> Attempt:
        if entry.maybe_sent and not self._repeatable(entry):
            return Attempt(
                _failed("notice_maybe_sent", "an earlier attempt may have been delivered; it is not sent again")
            )
        try:
            message = self._message(entry)
        except Exception as error:  # nothing left this machine: whatever it is, it is harmless to repeat
            log_exception("notice_not_prepared", error, object_key=entry.object_key)
            return Attempt(Later(PushError("internal_error", type(error).__name__), sent=entry.maybe_sent))
        return self._send(entry, message) if isinstance(message, Message) else Attempt(message)

    def _repeatable(self, entry: Entry) -> bool:
        return entry.maybe_since is not None and self._ports.clock() - entry.maybe_since < REPEATABLE_FOR

    def _message(self, entry: Entry) -> Message | Outcome:
        notice = Notice(entry.kind)
        template_id = self._ports.templates.get(notice.value)
        if template_id is None:
            return _failed("notice_switched_off", "this notice has no template id in the settings")
        kind, _, subject = entry.object_key.partition(":")[2].partition(":")
        facts = self._ports.facts[kind](notice, subject, self._ports.clock())
        if facts is None:
            return Done()
        openid = self._ports.find_openid(entry.payload["user_id"])
        if openid is None:
            return _failed("notice_nobody", "the user is unknown or disabled")
        data = {keyword: facts.values[meaning] for keyword, meaning in KEYWORDS[notice].items()}
        return Message(openid, template_id, facts.page, data, message_id_of(entry))

    def _send(self, entry: Entry, message: Message) -> Attempt:
        try:
            reference = self._ports.send(message)
        except NoticeInvalid as invalid:
            return Attempt(_failed("wechat_template_invalid", str(invalid)))
        except Refused as refusal:
            return Attempt(Failed(_error(refusal)))
        except UnknownOutcome as unknown:
            return Attempt(Later(_error(unknown), sent=True, after=REPEAT_AFTER))
        except PeerError as trouble:
            return Attempt(Later(_error(trouble), sent=entry.maybe_sent))
        log_event("notice_sent", object_key=entry.object_key, kind=entry.kind, msgid=reference)
        return Attempt(Done(), reference)


def message_id_of(entry: Entry) -> str:
    """The same for every attempt of an entry, another for every other entry."""
    return derived_id("notice", entry.object_key, str(entry.sequence))


def _result_of(attempt: Attempt) -> Result:
    if isinstance(attempt.outcome, Failed):
        return Result.FAILED
    if isinstance(attempt.outcome, Later):
        return Result.WAITING
    return Result.ACCEPTED if attempt.message_id else Result.UNNEEDED


def _failed(code: str, message: str) -> Failed:
    return Failed(PushError(code, message))


def _error(cause: PeerError) -> PushError:
    return PushError(cause.code, cause.message)
