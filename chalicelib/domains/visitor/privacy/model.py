"""Consents: what a user was asked, in which words, and what they said. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConsentKind(StrEnum):
    """What is asked for separately; each may be refused without losing the reservation."""

    ID_NUMBER = "id_number"
    FACE = "face"
    PARK = "park"


class Decision(StrEnum):
    """What the user said."""

    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """Where a consent stands today."""

    UNASKED = "unasked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    OUTDATED = "outdated"
    """Something was said to an older text: the new one is asked again."""


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is shown before the question. A changed text gets a new version and is asked again."""

    version: str
    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """The last thing a user said to one kind."""

    kind: ConsentKind
    text_version: str
    decision: Decision
    at: datetime


class Erasure(StrEnum):
    """What a user wants to be gone."""

    ID_NUMBER = "id_number"
    FACE = "face"
    EVERYTHING = "everything"


def standing(said: Consent | None, current_version: str) -> Standing:
    """A withdrawal holds whatever the text became; a yes or no only for the text it was said to."""
    if said is None:
        return Standing.UNASKED
    if said.decision is not Decision.WITHDRAWN and said.text_version != current_version:
        return Standing.OUTDATED
    return Standing(said.decision.value)
