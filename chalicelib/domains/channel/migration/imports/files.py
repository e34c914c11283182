"""Reading a file of an old account: which encoding, which columns, which rows. Pure.

Office programs in China write GBK, newer ones UTF-8 with or without a byte order mark; commas, tabs or semicolons.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domains.channel.migration.imports.model import ImportKind

OPENID, NAME, PHONE, ID_NUMBER = "openid", "name", "phone", "id_number"
LICENCE, LICENCE_UNTIL = "licence_number", "licence_until"
PLATE, TRAILER, CARGO, INSPECTION = "plate_number", "trailer_plate", "cargo", "inspection_until"

HEADERS: Mapping[str, tuple[str, ...]] = {
    OPENID: ("原openid", "openid", "微信openid", "用户openid"),
    NAME: ("姓名", "司机姓名", "驾驶员姓名"),
    PHONE: ("手机号", "手机", "手机号码", "联系电话", "电话"),
    ID_NUMBER: ("身份证号", "身份证", "身份证号码", "证件号码"),
    LICENCE: ("从业资格证号", "资格证号"),
    LICENCE_UNTIL: ("资格证有效期", "从业资格证有效期", "资格证有效期至"),
    PLATE: ("车牌号", "车牌", "车牌号码"),
    TRAILER: ("挂车车牌号", "罐车车牌号", "挂车号"),
    CARGO: ("准运介质", "介质", "运输介质"),
    INSPECTION: ("年检有效期", "年检有效期至", "罐检有效期"),
}
"""Column → how its header may be written; blanks and case do not matter."""
COLUMNS: Mapping[ImportKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ImportKind.FOLLOWERS: ((OPENID,), ()),
    ImportKind.PHONES: ((OPENID, PHONE), (NAME,)),
    ImportKind.DRIVERS: ((OPENID, NAME, PHONE), (ID_NUMBER, LICENCE, LICENCE_UNTIL)),
    ImportKind.VEHICLES: ((OPENID, PLATE), (TRAILER, CARGO, INSPECTION)),
}
"""ImportKind → columns that must be there, columns that may."""
_ENCODINGS = (("utf-8-sig", "UTF-8"), ("gb18030", "GBK"))
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class FileUnreadable(Exception):
    """The file as a whole cannot be used; ``code`` names why, ``column`` which one is missing."""

    def __init__(self, code: str, column: str = "") -> None:
        super().__init__(code)
        self.code = f"{code}:{column}" if column else code


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the line it begins on, as an editor counts, and its texts by column."""

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that could be read."""

    encoding: str
    lines: tuple[Line, ...]


def read_table(content: bytes, kind: ImportKind) -> Table:
    """The rows of a file; raises :class:`FileUnreadable`. Empty lines and unknown columns do not count."""
    text, encoding = _decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error:
        raise FileUnreadable("file_not_csv") from None
    lines = _lines(rows, kind)
    if not lines:
        raise FileUnreadable("file_empty")
    return Table(encoding, lines)


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith(_UTF_16):
        raise FileUnreadable("file_encoding")
    for codec, name in _ENCODINGS:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text, name
    raise FileUnreadable("file_encoding")


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _lines(rows: list[tuple[int, list[str]]], kind: ImportKind) -> tuple[Line, ...]:
    if not rows:
        return ()
    known = [_column(cell) for cell in rows[0][1]]
    if kind is ImportKind.FOLLOWERS and not any(known):
        # A bare list, one openid a line, as scripts write it.
        return tuple(Line(number, {OPENID: _clean(cells[0])}) for number, cells in rows)
    required, optional = COLUMNS[kind]
    for column in required:
        if column not in known:
            raise FileUnreadable("file_column_missing", HEADERS[column][0])
    wanted = [column if column in (*required, *optional) else None for column in known]
    return tuple(
        Line(number, {column: _clean(cell) for column, cell in zip(wanted, cells, strict=False) if column})
        for number, cells in rows[1:]
    )


def _column(header: str) -> str | None:
    text = "".join(unicodedata.normalize("NFKC", header).split()).lower().lstrip("\ufeff")
    return next((column for column, names in HEADERS.items() if text in names), None)


def _clean(cell: str) -> str:
    """Office programs keep numbers as text with an apostrophe, a tab, or as a formula ``="…"``."""
    text = cell.strip().lstrip("'").strip()
    return text[2:-1].strip() if text.startswith('="') and text.endswith('"') else text
