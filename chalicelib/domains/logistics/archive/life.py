"""What happens to a filed vehicle or person: filed, changed, kept by more users, suspended, told to LE, warned of. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

from chalicelib.domains.logistics.archive.model import Filed, Person, Vehicle, next_warning

_KEPT_HERE = "filed_at keepers suspended_reason version revision le_version le_problem warn_on unkept_at"
_IDENTITY = "id_number_sealed id_number_masked consent_version consented_at"
_CARRIED = (*_KEPT_HERE.split(), *_IDENTITY.split())
"""What an editor does not state: an edit takes it over from what is there."""
_Filed = TypeVar("_Filed", bound=Filed)


def proof(filed: Filed) -> str:
    """The number of the certificate that only somebody knows who has it in hand."""
    number = filed.road_permit_no if isinstance(filed, Vehicle) else getattr(filed, "qualification_no", "")
    return "".join(str(number).upper().split())


def is_kept_by(filed: Filed, owner_ids: Collection[str]) -> bool:
    """Whether one of these users keeps it."""
    return any(keeper in owner_ids for keeper in filed.keepers)


def first_filed(wanted: _Filed, keeper: str, today: date) -> _Filed:
    """A new vehicle or person with its first keeper."""
    return replace(wanted, keepers=(keeper,), version=1, revision=1, warn_on=next_warning(wanted, today))


def filed_again(seen: Person, wanted: Person, keeper: str, today: date) -> Person:
    """Somebody who was forgotten is filed anew: LE knows the versions there were, so they go on; a suspension stays."""
    first = first_filed(wanted, keeper, today)
    going_on = replace(first, version=seen.version + 1, revision=seen.revision, le_version=seen.le_version)
    return _written(replace(going_on, suspended_reason=seen.suspended_reason))


def forgotten(seen: Person) -> Person:
    """Who nobody kept for so long: that somebody was filed under this number stays, not who it was."""
    bare = replace(seen, name="", phone="", id_number_sealed="", id_number_masked="", qualification_no="", photos=())
    return _written(replace(bare, licence_class="", unkept_at=None, warn_on=None))


def edited(seen: _Filed, wanted: _Filed, today: date) -> _Filed:
    """What an editor wants of what is there; equal to ``seen`` when that says nothing new."""
    known = {name: getattr(seen, name) for name in _CARRIED if hasattr(seen, name)}
    same = replace(wanted, **known, updated_at=seen.updated_at)
    if same == seen:
        return seen
    changed = replace(same, updated_at=wanted.updated_at, version=seen.version + 1, le_problem=None)
    return _written(replace(changed, warn_on=next_warning(changed, today)))


def kept_too(seen: _Filed, keeper: str) -> _Filed:
    """One more user keeps it."""
    return _written(replace(seen, keepers=(*seen.keepers, keeper), unkept_at=None))


def let_go(seen: _Filed, owner_ids: Collection[str], now: datetime) -> _Filed:
    """A user keeps it no more, under whichever id. It stays for the others, for LE and the office."""
    left = tuple(keeper for keeper in seen.keepers if keeper not in owner_ids)
    return _written(replace(seen, keepers=left, unkept_at=None if left else now))


def suspend(seen: _Filed, reason: str | None, now: datetime) -> _Filed:
    """The office stops it from being used, or lets it again (``None``)."""
    return _written(replace(seen, suspended_reason=reason, version=seen.version + 1, updated_at=now, le_problem=None))


def pushed(seen: _Filed, version: int) -> _Filed | None:
    """LE has a version; ``None`` when that is known."""
    return _written(replace(seen, le_version=version, le_problem=None)) if version > seen.le_version else None


def refused(seen: _Filed, version: int, problem: str) -> _Filed | None:
    """LE did not take a version; ``None`` when it is not the present one any more."""
    return _written(replace(seen, le_problem=problem)) if version == seen.version else None


def warned(seen: _Filed, today: date) -> _Filed:
    """The keepers have been told what was due; what was missed meanwhile is not told any more."""
    return _written(replace(seen, warn_on=next_warning(seen, today)))


def _written(changed: _Filed) -> _Filed:
    return replace(changed, revision=changed.revision + 1)
