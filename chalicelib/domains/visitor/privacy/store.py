"""Consents in DynamoDB: what holds now, and beside it everything that was ever said, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_text
from chalicelib.core.ids import new_id
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.visitor.privacy.consent_texts import CONSENT_TEXTS
from chalicelib.domains.visitor.privacy.model import Consent, ConsentKind, Decision
from chalicelib.domains.visitor.visit import Person

HISTORY_SHOWN = 30


class ConsentItem(Item):
    """What a user said last: ``USER#<id>`` / ``CONSENT#<kind>``."""

    class Meta(TableMeta):
        domain = "visitor"

    text_version = UnicodeAttribute()
    decision = UnicodeAttribute()
    decided_at = UnicodeAttribute()


class ConsentRecordItem(Item):
    """Everything a user ever said: ``USER#<id>`` / ``CONSENT_RECORD#<time-sorted id>``; only ever added to."""

    class Meta(TableMeta):
        domain = "visitor"

    kind = UnicodeAttribute()
    text_version = UnicodeAttribute()
    decision = UnicodeAttribute()
    decided_at = UnicodeAttribute()


def add_decision(transaction: Transaction, user_id: str, said: Consent) -> None:
    """What was said, and its record; the last word counts, on purpose."""
    fields: dict[str, Any] = {
        "text_version": said.text_version,
        "decision": said.decision.value,
        "decided_at": to_text(said.at),
    }
    transaction.put("consent", ConsentItem(_owner_key(user_id), _sort_key(said.kind), **fields))
    record = ConsentRecordItem(_owner_key(user_id), f"CONSENT_RECORD#{new_id(said.at)}", kind=said.kind.value, **fields)
    transaction.create("consent_record", record)


def add_granted(transaction: Transaction, user_id: str, kind: ConsentKind) -> None:
    """*Closes*: data taken between reading the consent and the commit, while the user withdraws it."""
    granted = (ConsentItem.decision == Decision.GRANTED.value) & (
        ConsentItem.text_version == CONSENT_TEXTS[kind].version
    )
    transaction.check(f"consent_{kind.value}", ConsentItem, _owner_key(user_id), _sort_key(kind), granted)


def add_consents_for(transaction: Transaction, user_id: str, *people: Person) -> None:
    """Every consent that what is given of some people needs, each once."""
    for kind in dict.fromkeys(kind for person in people for kind in needed_for(person)):
        add_granted(transaction, user_id, kind)


def needed_for(person: Person) -> tuple[ConsentKind, ...]:
    """Which consents the details of a person need."""
    given = {ConsentKind.ID_NUMBER: person.id_number, ConsentKind.FACE: person.face}
    return tuple(kind for kind, value in given.items() if value is not None)


def find_consent(user_id: str, kind: ConsentKind) -> Consent | None:
    """What a user said last to one kind."""
    item = ConsentItem.find(_owner_key(user_id), _sort_key(kind))
    return _to_consent(kind, item) if item else None


def may_be_told_to_park(user_id: str) -> bool:
    """The park is told unless the user said no: it asks for this by its own rules, and the user may still decline."""
    said = find_consent(user_id, ConsentKind.PARK)
    return said is None or said.decision is Decision.GRANTED


def find_consents(user_id: str) -> dict[ConsentKind, Consent]:
    """What a user said last, by kind; kinds that were never asked are absent."""
    items = ConsentItem.query(_owner_key(user_id), ConsentItem.sk.startswith("CONSENT#"), consistent_read=True)
    said = (_to_consent(ConsentKind(item.sk.removeprefix("CONSENT#")), item) for item in items)
    return {consent.kind: consent for consent in said}


def history(user_id: str) -> list[Consent]:
    """The newest things a user said, newest first."""
    records = ConsentRecordItem.query(
        _owner_key(user_id),
        ConsentRecordItem.sk.startswith("CONSENT_RECORD#"),
        scan_index_forward=False,
        limit=HISTORY_SHOWN,
    )
    return [_to_consent(ConsentKind(item.kind), item) for item in records]


def _to_consent(kind: ConsentKind, item: ConsentItem | ConsentRecordItem) -> Consent:
    at: datetime = from_text(item.decided_at)
    return Consent(kind, item.text_version, Decision(item.decision), at)


def _owner_key(user_id: str) -> str:
    return f"USER#{user_id}"


def _sort_key(kind: ConsentKind) -> str:
    return f"CONSENT#{kind.value}"
