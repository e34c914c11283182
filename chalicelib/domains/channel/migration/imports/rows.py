"""Checking a row with the product's own rules, and what it becomes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from chalicelib.core import china
from chalicelib.domains.channel.migration.imports import files
from chalicelib.domains.channel.migration.imports.files import Line, Table
from chalicelib.domains.channel.migration.imports.model import ImportKind

_OPENID = re.compile(r"o[A-Za-z0-9_-]{15,63}", re.ASCII)
_NAME_SIGNS = frozenset("'/\\:*?\"<>|")
_LONGEST = 64
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: which column, which rule; ``line`` names the other line of a duplicate."""

    column: str
    code: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A line after its check. ``key`` tells bindings of one openid apart; it is used only when there are no faults."""

    number: int
    openid: str
    key: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


def check_table(table: Table, kind: ImportKind, today: date) -> list[Row]:
    """Every row checked by itself and against the rows before it."""
    seen: dict[tuple[str, ...], int] = {}
    return [_against_others(_check(line, kind, today), kind, seen) for line in table.lines]


def _check(line: Line, kind: ImportKind, today: date) -> Row:
    required, optional = files.COLUMNS[kind]
    fields, faults = dict[str, str](), list[Fault]()
    for column in (*required, *optional):
        text = line.values.get(column, "")
        if not text:
            if column in required:
                faults.append(Fault(column, "required"))
            continue
        value = _value(column, text, today)
        if value is None:
            faults.append(Fault(column, f"bad_{_RULE_NAMES.get(column, 'text')}"))
        else:
            fields[column] = value
    openid = fields.pop(files.OPENID, "")
    return Row(line.number, openid, _key(kind, fields), fields, tuple(faults))


def _against_others(row: Row, kind: ImportKind, seen: dict[tuple[str, ...], int]) -> Row:
    """The first of several equal lines counts, the others are told which one that is."""
    if not row.openid or row.faults:
        return row
    faults = []
    same = seen.setdefault((row.openid, row.key), row.number)
    if same != row.number:
        faults.append(Fault(files.OPENID, "duplicate", same))
    elif kind is ImportKind.PHONES:
        taken = seen.setdefault(("phone", row.fields[files.PHONE]), row.number)
        if taken != row.number:
            faults.append(Fault(files.PHONE, "phone_taken", taken))
    return Row(row.number, row.openid, row.key, row.fields, tuple(faults)) if faults else row


def _key(kind: ImportKind, fields: Mapping[str, str]) -> str:
    """A person has one phone binding, but several drivers and vehicles."""
    if kind is ImportKind.DRIVERS:
        return fields.get(files.PHONE, "")
    return fields.get(files.PLATE, "") if kind is ImportKind.VEHICLES else ""


def _value(column: str, text: str, today: date) -> str | None:
    """The normalised value, ``None`` when it breaks the column's rule."""
    if len(text) > _LONGEST or not text.isprintable():
        return None
    if column == files.OPENID:
        return text if _OPENID.fullmatch(text) else None
    if column == files.PHONE:
        phone = china.normalise_mobile(text)
        return phone if china.is_mobile(phone) else None
    if column in (files.PLATE, files.TRAILER):
        plate = china.normalise_plate(text)
        return plate if china.plate_class(plate) else None
    if column == files.ID_NUMBER:
        number = china.normalise_resident_id(text)
        return number if china.is_resident_id(number, today) else None
    if column in (files.LICENCE_UNTIL, files.INSPECTION):
        return _day(text)
    if column == files.NAME:
        return text if len(text) <= 32 and not _NAME_SIGNS & set(text) else None
    return text


def _day(text: str) -> str | None:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


_RULE_NAMES: Mapping[str, str] = {
    files.OPENID: "openid",
    files.PHONE: "phone",
    files.PLATE: "plate",
    files.TRAILER: "plate",
    files.ID_NUMBER: "id_number",
    files.LICENCE_UNTIL: "day",
    files.INSPECTION: "day",
    files.NAME: "name",
}
