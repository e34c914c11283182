"""Whose holds on a product count: an index that contains nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib.domains.logistics.registrations.registration import Registration
from chalicelib.domains.logistics.registrations.store import RegistrationItem, to_registration

SHOWN = 200
PAGE = 100


def counting(product_code: str) -> Iterator[Registration]:
    """Registrations whose hold counts, the oldest first, page by page; some milliseconds behind."""
    found: Any = RegistrationItem.by_held.query(product_code, page_size=PAGE)
    return map(to_registration, found)
