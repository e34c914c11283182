"""What a keeper is told of a certificate that ends, and in which words."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import quote

from chalicelib.core.notices.entries import add_notice
from chalicelib.core.notices.model import Facts, Notice
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.archive import store
from chalicelib.domains.logistics.archive.entries import subject_of
from chalicelib.domains.logistics.archive.items import pk_of
from chalicelib.domains.logistics.archive.life import is_kept_by
from chalicelib.domains.logistics.archive.model import EXPIRING_DAYS, Filed, Person, Vehicle, days_left, expiries
from chalicelib.domains.logistics.archive.service import site_date
from chalicelib.domains.logistics.archive.texts import CERTIFICATES


def add_warnings(transaction: Transaction, warned: Filed, now: datetime) -> None:
    """One notice a keeper. The revision that the warning makes is used once, and so is its notice."""
    for keeper in warned.keepers:
        add_notice(
            transaction,
            Notice.CERTIFICATE_EXPIRING,
            subject=f"{subject_of(pk_of(warned))}:{keeper}",
            sequence=warned.revision,
            user_id=keeper,
            now=now,
        )


def vehicle_facts(_notice: Notice, subject: str, now: datetime) -> Facts | None:
    """The words for ``<plate>:<user>``, ``None`` when it is no longer true or the user keeps it no more."""
    plate, _, user_id = subject.partition(":")
    return _facts(store.find_vehicle(plate), user_id, f"/logistics/vehicles/{quote(plate)}", site_date(now))


def person_facts(_notice: Notice, subject: str, now: datetime) -> Facts | None:
    """The words for ``<driver no>:<user>``."""
    driver_no, _, user_id = subject.partition(":")
    return _facts(store.find_person(driver_no), user_id, f"/logistics/people/{driver_no}", site_date(now))


def _facts(filed: Filed | None, user_id: str, page: str, today: date) -> Facts | None:
    if filed is None or not is_kept_by(filed, [user_id]):
        return None
    certificate, last_day = expiries(filed)[0]
    left = days_left(last_day, today)
    if left > EXPIRING_DAYS:
        return None
    values = {
        "subject": _name(filed),
        "time": f"{last_day.year}年{last_day.month}月{last_day.day}日 23:59",
        "result": "已到期" if left < 0 else "即将到期",
        "remark": f"{CERTIFICATES[certificate]}{_remark(left)}",
    }
    return Facts(page, values)


def _remark(left: int) -> str:
    if left < 0:
        return "已到期，换证前不能登记"
    return f"还有 {left} 天到期，请换证" if left else "今天到期，请换证"


def _name(filed: Filed) -> str:
    return filed.plate_number if isinstance(filed, Vehicle) else filed.name if isinstance(filed, Person) else ""
