"""What is only read together with its registration, as one JSON text: instants and days as text, absent things left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from chalicelib.core.clock import from_text, to_text
from chalicelib.domains.logistics.registrations.registration import (
    Agreed,
    Arrival,
    Crew,
    Event,
    Goods,
    Hold,
    HoldState,
    LeSide,
    LeState,
    Limit,
    Line,
    Registration,
    Signature,
    Truck,
    Waybill,
)


def text_of(registration: Registration) -> str:
    """What is known, without what is not (yet)."""
    agreed = registration.agreed
    facts = {
        "goods": asdict(registration.goods),
        "truck": asdict(registration.truck),
        "driver": _plain(registration.driver),
        "escort": _plain(registration.escort) if registration.escort else None,
        "waybill": asdict(registration.waybill) if registration.waybill else None,
        "arrival": _moments(registration.arrival),
        "agreed": _agreed_facts(agreed) if agreed else None,
        "hold": _plain(registration.hold) if registration.hold else None,
        "limit": _plain(registration.limit) if registration.limit else None,
        "le": _plain(registration.le),
        "reason": registration.reason,
        "recheck": list(registration.recheck),
        "waived": list(registration.waived),
        "signature": _plain(registration.signature) if registration.signature else None,
        "events": [[to_text(event.at), event.name, event.detail] for event in registration.events],
    }
    known = {name: value for name, value in facts.items() if value not in (None, [])}
    return json.dumps(known, ensure_ascii=False)


def members_of(text: str) -> dict[str, Any]:
    """The members of a registration that the text holds."""
    facts: dict[str, Any] = json.loads(text)
    return {
        "goods": _goods(facts["goods"]),
        "truck": Truck(**facts["truck"]),
        "driver": _crew(facts["driver"]),
        "escort": _crew(facts["escort"]) if facts.get("escort") else None,
        "waybill": Waybill(**facts["waybill"]) if facts.get("waybill") else None,
        "arrival": _arrival(facts["arrival"]),
        "hold": _hold(facts.get("hold")),
        "limit": _limit(facts.get("limit")),
        "le": _le(facts["le"]),
        "reason": facts.get("reason"),
        "recheck": tuple(facts.get("recheck", ())),
        "waived": tuple(facts.get("waived", ())),
        "signature": _signature(facts.get("signature")),
        "agreed": _agreed(facts.get("agreed")),
        "events": _events(facts["events"]),
    }


def _moments(arrival: Arrival) -> list[str]:
    return [to_text(arrival.begins_at), to_text(arrival.ends_at)]


def _arrival(moments: Sequence[str]) -> Arrival:
    begins_at, ends_at = map(from_text, moments)
    return Arrival(begins_at, ends_at)


def _agreed(facts: dict[str, Any] | None) -> Agreed | None:
    if facts is None:
        return None
    waybill = Waybill(**facts["waybill"]) if facts.get("waybill") else None
    return Agreed(tuple(Line(**line) for line in facts["lines"]), _arrival(facts["arrival"]), waybill)


def _agreed_facts(agreed: Agreed) -> dict[str, Any]:
    return {
        "lines": [asdict(line) for line in agreed.lines],
        "arrival": _moments(agreed.arrival),
        "waybill": asdict(agreed.waybill) if agreed.waybill else None,
    }


def _plain(facts: Any) -> dict[str, Any]:
    """A dataclass as JSON has it: instants and days as text, absent ones left out."""
    return {name: _text(value) for name, value in asdict(facts).items() if value is not None}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_text(value)
    return value.isoformat() if isinstance(value, date) else value


def _read_instants(facts: dict[str, Any], *names: str) -> None:
    """In place: the facts are nobody else's."""
    for name in names:
        if name in facts:
            facts[name] = from_text(facts[name])


def _goods(facts: dict[str, Any]) -> Goods:
    facts["lines"] = tuple(Line(**line) for line in facts["lines"])
    return Goods(**facts)


def _crew(facts: dict[str, Any]) -> Crew:
    facts["qualification_expiry"] = date.fromisoformat(facts["qualification_expiry"])
    return Crew(**facts)


def _hold(facts: dict[str, Any] | None) -> Hold | None:
    if facts is None:
        return None
    _read_instants(facts, "weighed_at")
    facts["state"] = HoldState(facts["state"])
    return Hold(**facts)


def _limit(facts: dict[str, Any] | None) -> Limit | None:
    if facts is None:
        return None
    _read_instants(facts, "expires_at", "warn_at")
    return Limit(**facts)


def _le(facts: dict[str, Any]) -> LeSide:
    facts["state"] = LeState(facts["state"])
    return LeSide(**facts)


def _signature(facts: dict[str, Any] | None) -> Signature | None:
    if facts is None:
        return None
    _read_instants(facts, "signed_at")
    facts.setdefault("difference_kg", None)
    return Signature(**{**facts, "photos": tuple(facts["photos"]), "le": LeState(facts["le"])})


def _events(rows: Sequence[Sequence[str]]) -> tuple[Event, ...]:
    return tuple(Event(from_text(at), name, detail) for at, name, detail in rows)
