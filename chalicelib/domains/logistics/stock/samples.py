"""Stock and holds over time: one sample a minute, and as many of them as a chart can show.

The key of a sample is its minute, so a chart asks for the very samples it shows: a month costs what a day costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.clock import SITE_ZONE, from_text, site_day, to_epoch, to_text
from chalicelib.core.table import Item, Key, TableMeta, find_many
from chalicelib.domains.logistics.stock.model import Product, Reading

POINTS = 400
"""As many fit on a screen."""
MINUTE = timedelta(minutes=1)
KEPT = timedelta(days=400)


class SampleItem(Item):
    """Stored form: ``SAMPLES#<product>#<day>`` / ``<HH:MM>``, on the plant's clock."""

    class Meta(TableMeta):
        domain = "logistics"

    at = UnicodeAttribute()
    available_kg = NumberAttribute(null=True)
    held_kg = NumberAttribute()
    threshold_kg = NumberAttribute()


@dataclass(frozen=True, slots=True)
class Sample:
    """Stock, holds and threshold of a product at one moment; ``available_kg`` is absent while it was not confirmed."""

    at: datetime
    available_kg: int | None
    held_kg: int
    threshold_kg: int


def keep(product: Product, reading: Reading | None, now: datetime) -> None:
    """Keep this minute's sample; a second one of the same minute replaces it."""
    SampleItem(
        *_key(product.code, now),
        at=to_text(now),
        available_kg=reading.available_kg if reading else None,
        held_kg=product.held_kg,
        threshold_kg=product.rules.threshold_kg,
        expires_at=to_epoch(now + KEPT),
    ).save()


def series(product_code: str, first: date, last: date, now: datetime) -> list[Sample]:
    """The days ``first`` to ``last``, oldest first, thinned out evenly: at most four reads of a hundred samples."""
    minutes = thinned(first, last, now)
    found = find_many({_key(product_code, minute): SampleItem for minute in minutes})
    return sorted(map(_to_sample, found.values()), key=lambda sample: sample.at)


def thinned(first: date, last: date, now: datetime) -> list[datetime]:
    """Minutes of these days up to now, evenly apart, at most :data:`POINTS`."""
    begin = datetime.combine(first, time(), SITE_ZONE)
    end = min(datetime.combine(last, time(), SITE_ZONE) + timedelta(days=1), now + MINUTE)
    minutes = max(0, (end - begin) // MINUTE)
    step = -(-minutes // POINTS)
    return [begin + MINUTE * number for number in range(0, minutes, step or 1)]


def _key(product_code: str, at: datetime) -> Key:
    return f"SAMPLES#{product_code}#{site_day(at)}", at.astimezone(SITE_ZONE).strftime("%H:%M")


def _to_sample(item: SampleItem) -> Sample:
    available_kg = None if item.available_kg is None else int(item.available_kg)
    return Sample(from_text(item.at), available_kg, int(item.held_kg), int(item.threshold_kg))
