"""Who changed a product when and why: its entries in the audit log."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import from_text

SHOWN = 20
Names = Callable[[set[str]], Mapping[str, str]]
SYSTEM = "系统"
_REASONS = {"holds_repaired": "自动核对：占用合计与登记不符，已更正"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change; ``before`` is absent for the first."""

    at: datetime
    by: str
    reason: str
    before: dict[str, str] | None
    after: dict[str, str]


def changes_of(product_code: str, find_names: Names) -> list[Change]:
    """The last changes, newest first: one query, and the names in one batch."""
    found: Any = AuditEntry.query(f"product:{product_code}", scan_index_forward=False, limit=SHOWN, page_size=SHOWN)
    entries = list(found)
    names = find_names({entry.actor for entry in entries})
    return [_change(entry, names) for entry in entries]


def _change(entry: AuditEntry, names: Mapping[str, str]) -> Change:
    after = _state(entry.after) or {}
    reason = after.pop("reason", "") or _REASONS.get(entry.action, "")
    return Change(from_text(entry.at), names.get(entry.actor, SYSTEM), reason, _state(entry.before), after)


def _state(text: str | None) -> dict[str, str] | None:
    return {name: str(value) for name, value in json.loads(text).items()} if text else None
