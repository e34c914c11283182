"""Mobile numbers, number plates and resident ID numbers of mainland China: normalise first, then judge.

Rules from the standards GB 11643-1999 (resident ID) and GA 36 (plates), collected in the peers' contract F1–F3.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_LETTER = "[A-HJ-NP-Z]"
_HISTORIC = "[A-HJ-NP-ZO]"
_SIGN = "[A-HJ-NP-Z0-9]"

PLATE_PATTERNS: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "new_energy_small": f"{_PROVINCE}{_LETTER}[A-HJK]{_SIGN}[0-9]{{4}}",
        "new_energy_large": f"{_PROVINCE}{_LETTER}[0-9]{{5}}[A-HJK]",
        "trailer": f"{_PROVINCE}{_LETTER}{_SIGN}{{4}}挂",
        "training": f"{_PROVINCE}{_LETTER}{_SIGN}{{4}}学",
        "police": f"{_PROVINCE}{_HISTORIC}{_SIGN}{{4}}警",
        "hk_macao": f"粤Z{_SIGN}{{4}}[港澳]",
        "ordinary": f"{_PROVINCE}{_HISTORIC}{_SIGN}{{5}}",
    }.items()
}
"""Class → pattern of a normalised plate. Embassy, army, armed police and fire plates are accepted by hand only."""

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
_CHECK_CHARACTERS = "0123456789X"


def normalise_mobile(text: str) -> str:
    """The 11 digits: full-width forms folded, blanks and hyphens removed, a leading ``+86`` or ``0086`` dropped."""
    digits = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"^(\+86|0086)", "", digits)


def is_mobile(text: str) -> bool:
    """Whether a normalised text is a mainland mobile number."""
    return _MOBILE.fullmatch(text) is not None


def masked_mobile(phone: str) -> str:
    """A mobile number as lists and logs may hold it: ``138****0000``; what is masked stays so, nothing stays nothing."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def normalise_plate(text: str) -> str:
    """Upper case without blanks and separators, full-width forms folded."""
    return re.sub(r"[\s·•・.\-]", "", unicodedata.normalize("NFKC", text).upper())


def plate_class(plate: str) -> str | None:
    """The class of a normalised plate (a key of ``PLATE_PATTERNS``), or ``None`` when it is no plate."""
    return next((name for name, pattern in PLATE_PATTERNS.items() if pattern.fullmatch(plate)), None)


def normalise_resident_id(text: str) -> str:
    """Trimmed, full-width forms folded, the check character in upper case."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def is_resident_id(number: str, today: date) -> bool:
    """Whether a normalised 18-character number is well formed: real birth date since 1900 until ``today``, right check.

    Every area code passes: 81–83 and 9… are residence permits with the same check. It says nothing about the person.
    """
    if not _RESIDENT_ID.fullmatch(number):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    # ISO 7064 MOD 11-2: the digits weighted by 2^(18-i) leave 1, X counting ten.
    weighted = sum(_CHECK_CHARACTERS.index(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(number))
    return date(1900, 1, 1) <= born <= today and weighted % 11 == 1
