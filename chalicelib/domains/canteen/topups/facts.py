"""What is only read together with its top-up, as one JSON text: instants as text, absent things left out."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.core.clock import from_text, to_text
from chalicelib.domains.canteen.topups.top_up import Credit, Event, Holder, Payment, Refund, TopUp, Wish

_Fact = TypeVar("_Fact", Payment, Credit, Wish, Refund, Event)
_INSTANTS = frozenset({"at", "asked_at", "not_before", "accepted_at", "settled_at"})


def text_of(top_up: TopUp) -> str:
    """What is known, without what is not (yet)."""
    facts = {
        "openid": top_up.openid,
        "holder": asdict(top_up.holder),
        "payment": _plain(top_up.payment),
        "credit": _plain(top_up.credit),
        "wish": _plain(top_up.wish),
        "refund": _plain(top_up.refund),
        "problem": top_up.problem,
        "looks": top_up.look.count if top_up.look else None,
        "events": [_plain(event) for event in top_up.events],
    }
    return json.dumps({name: value for name, value in facts.items() if value not in (None, "")}, ensure_ascii=False)


def members_of(text: str) -> dict[str, Any]:
    """The members of a top-up that the text holds, and ``looks``."""
    facts: dict[str, Any] = json.loads(text)
    return {
        "openid": facts["openid"],
        "holder": Holder(**facts["holder"]),
        "payment": _read(Payment, facts.get("payment")),
        "credit": _read(Credit, facts.get("credit")),
        "wish": _read(Wish, facts.get("wish")),
        "refund": _read(Refund, facts.get("refund")),
        "problem": facts.get("problem", ""),
        "looks": facts.get("looks", 0),
        "events": tuple(event for event in (_read(Event, known) for known in facts["events"]) if event),
    }


def _plain(fact: Any) -> dict[str, Any] | None:
    if fact is None:
        return None
    members = {name: value for name, value in asdict(fact).items() if value not in (None, "")}
    return {name: to_text(value) if isinstance(value, datetime) else value for name, value in members.items()}


def _read(kind: type[_Fact], members: dict[str, Any] | None) -> _Fact | None:
    if members is None:
        return None
    known: dict[str, Any] = {name: from_text(value) if name in _INSTANTS else value for name, value in members.items()}
    if kind is Credit:
        known.setdefault("balance_after_fen", None)
    return kind(**known)
