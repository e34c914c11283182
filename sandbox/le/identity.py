"""ID numbers as they come to LE: sealed, bound to their driver, and checked by LE itself (GB 11643)."""

import base64
import re
from datetime import date

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sandbox.house.members import wrong

NONCE_BYTES = 12
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
NUMBER = re.compile(r"[1-9]\d{16}[\dX]")


def open_number(key: bytes, driver_no: str, sealed: str) -> str:
    """The number inside; INVALID_ARGUMENT when it does not decrypt for this driver or is no ID number."""
    try:
        content = base64.b64decode(sealed, validate=True)
        number = AESGCM(key).decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], driver_no.encode()).decode()
    except (ValueError, InvalidTag):
        raise wrong("idNo") from None
    if not is_id_number(number):
        raise wrong("idNo")
    return number


def is_id_number(number: str) -> bool:
    """Eighteen characters, a day of birth that existed, and the right check character."""
    if not NUMBER.fullmatch(number):
        return False
    try:
        date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11] == number[17]


def masked(number: str) -> str:
    """What people may see of it."""
    return f"{number[:6]}********{number[14:17]}*"
