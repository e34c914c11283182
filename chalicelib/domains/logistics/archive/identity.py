"""Who a driver or escort is: the ID number sealed for the person it identifies, who is known by its keyed hash."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.core.sealing import sealer
from chalicelib.domains.logistics.archive.model import Person

DRIVER_NO_LENGTH = 32
"""Of the hash's 64 hex digits: 128 bits, by which LE knows the person, too."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, without saying it."""

    driver_no: str
    sealed: str
    masked: str


def identify(number: str) -> Identity:
    """A checked ID number as it is kept: sealed for the person it identifies."""
    sealing = sealer()
    driver_no = sealing.digest(number)[:DRIVER_NO_LENGTH]
    masked = f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    return Identity(driver_no, sealing.seal(number, driver_no), masked)


def opened(person: Person) -> str:
    """The full number: LE's alone."""
    return sealer().open(person.id_number_sealed, person.driver_no)
