"""Products and what is held of them in DynamoDB; every condition stands here with the race it closes.

A product's rules and its counter are one item, so that a registration's transaction has both under its conditions. The
counter never moves without a movement, whose key is the registration and its version: repeating one cannot count twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.logistics.stock.model import Product, Reading, Rules
from chalicelib.domains.logistics.table import LogisticsItem

PRODUCT_KIND = "product"
COUNTER = "stock"
"""Name, in a lost race, of the condition on a product's counter."""
KEEP_MOVEMENTS_SECONDS = 400 * 86400


class ProductItem(LogisticsItem):
    """Stored form of a product: ``PRODUCT#<code>`` / ``PRODUCT``."""

    name = UnicodeAttribute()
    hazardous = BooleanAttribute()
    hazard_class = UnicodeAttribute()
    un_no = UnicodeAttribute()
    keeps_stock = BooleanAttribute()
    threshold_kg = NumberAttribute()
    hold_minutes = NumberAttribute()
    warn_minutes = NumberAttribute()
    in_use = BooleanAttribute()
    rules_version = NumberAttribute()
    held_kg = NumberAttribute()
    movements = NumberAttribute()
    floor = UnicodeAttribute(null=True)


class MovementItem(Item):
    """Why a counter moved: ``HOLDS#<product>`` / ``<registration>#<version>``."""

    class Meta(TableMeta):
        domain = "logistics"

    at = UnicodeAttribute()
    delta_kg = NumberAttribute()
    cause = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of what is held of a product; ``key`` is the registration and its version, and is used once."""

    product_code: str
    delta_kg: int
    cause: str
    key: str
    at: datetime


def product_key(code: str) -> tuple[str, str]:
    """Key of a product's item."""
    return f"PRODUCT#{code}", "PRODUCT"


def find_product(code: str) -> Product | None:
    """A product, consistently read."""
    item = ProductItem.find(*product_key(code))
    return to_product(item) if item else None


def add_guarded_movement(
    transaction: Transaction, product: Product, movement: Movement, reading: Reading, room_kg: int
) -> None:
    """Hold more, only as long as it fits.

    *Closes*: two trucks taking the last tonne (``held_kg``), a threshold raised meanwhile (``rules_version``), a reading
    from before goods left whose hold no longer counts (``floor``).
    """
    fits = (
        (ProductItem.held_kg <= room_kg)
        & (ProductItem.rules_version == product.rules.version)
        & (ProductItem.floor.does_not_exist() | (ProductItem.floor <= to_text(reading.measured_at)))
    )
    _add_movement(transaction, movement, fits)


def add_movement(transaction: Transaction, movement: Movement) -> None:
    """Hold less, or what is gone anyway: nothing can stand against it."""
    _add_movement(transaction, movement, ProductItem.pk.exists())


def add_settled(transaction: Transaction, product: Product, movement: Movement, floor: datetime) -> None:
    """A final hold stops counting, and from now on nothing is decided on readings from before its goods left the tank.

    *Closes*: a registration that combines an old reading with the smaller sum; two of these of which the later one would
    lower the floor (the floor must be the one that was seen).
    """
    raised = max(floor, product.floor or floor)
    seen = ProductItem.floor == to_text(product.floor) if product.floor else ProductItem.floor.does_not_exist()
    _add_movement(transaction, movement, seen, ProductItem.floor.set(to_text(raised)))


def _add_movement(transaction: Transaction, movement: Movement, condition: Condition, *more: Action) -> None:
    actions = [ProductItem.held_kg.add(movement.delta_kg), ProductItem.movements.add(1), *more]
    transaction.update(COUNTER, ProductItem(*product_key(movement.product_code)), actions, condition)
    transaction.create("movement", _to_movement_item(movement))


def _to_movement_item(movement: Movement) -> MovementItem:
    return MovementItem(
        f"HOLDS#{movement.product_code}",
        movement.key,
        at=to_text(movement.at),
        delta_kg=movement.delta_kg,
        cause=movement.cause,
        expires_at=to_epoch(movement.at) + KEEP_MOVEMENTS_SECONDS,
    )


def to_product(item: ProductItem) -> Product:
    """The product of a stored item."""
    rules = Rules(
        name=item.name,
        hazardous=item.hazardous,
        hazard_class=item.hazard_class,
        un_no=item.un_no,
        keeps_stock=item.keeps_stock,
        threshold_kg=int(item.threshold_kg),
        hold_minutes=int(item.hold_minutes),
        warn_minutes=int(item.warn_minutes),
        in_use=item.in_use,
        version=int(item.rules_version),
    )
    floor = from_text(item.floor) if item.floor else None
    return Product(item.pk.removeprefix("PRODUCT#"), rules, int(item.held_kg), int(item.movements), floor)
