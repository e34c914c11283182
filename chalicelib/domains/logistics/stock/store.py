"""Products and what is held of them in DynamoDB; every condition stands here with the race it closes.

A product's rules and its counter are one item, so that a registration's transaction has both under its conditions. The
counter never moves without a movement, whose key is the registration and its version: repeating one cannot count twice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.logistics.stock.model import Glance, Product, Reading, Rules
from chalicelib.domains.logistics.table import LogisticsItem

PRODUCT_KIND = "product"
COUNTER = "stock"
"""Name, in a lost race, of the condition on a product's counter."""
KEEP_MOVEMENTS_SECONDS = 400 * 86400
GLANCE_TRIES = 4


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
    seen_at = UnicodeAttribute(null=True)
    seen_kg = NumberAttribute(null=True)
    seen_measured_at = UnicodeAttribute(null=True)
    seen_whole = BooleanAttribute(null=True)
    seen_problem = UnicodeAttribute(null=True)
    confirmed_at = UnicodeAttribute(null=True)


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


def all_products() -> list[Product]:
    """Every product by code, out of an index: some milliseconds old. A plant has a dozen."""
    found: Any = ProductItem.by_kind.query(PRODUCT_KIND)
    return sorted(map(to_product, found), key=lambda product: product.code)


def add_new_product(transaction: Transaction, code: str, rules: Rules, now: datetime) -> None:
    """*Closes*: two people (or a deployment and somebody) making one product, the second setting its counter to nothing."""
    item = ProductItem(*product_key(code), kind_key=PRODUCT_KIND, created_at=to_text(now), held_kg=0, movements=0)
    for name, value in _stored_rules(rules).items():
        setattr(item, name, value)
    transaction.create("product", item)


def add_new_rules(transaction: Transaction, seen: Product, rules: Rules) -> None:
    """Other rules; the counter beside them is not touched.

    *Closes*: two editors of whom the second overwrites the first unseen (``rules_version``); a product that stops keeping
    stock while somebody registers, whose hold would then count for nothing (``held_kg``).
    """
    unchanged = ProductItem.rules_version == seen.rules.version
    if rules.keeps_stock != seen.rules.keeps_stock:
        unchanged &= ProductItem.held_kg == 0
    actions = [getattr(ProductItem, name).set(value) for name, value in _stored_rules(rules).items()]
    transaction.update("product", ProductItem(*product_key(seen.code)), actions, unchanged)


def save_glance(code: str, glance: Glance) -> None:
    """Keep what the regular look found. One attribute each, so that a hold that moves meanwhile is not touched."""
    reading = glance.reading
    values: dict[str, Any] = {
        "seen_at": to_text(glance.at),
        "seen_kg": reading.available_kg if reading else None,
        "seen_measured_at": to_text(reading.measured_at) if reading else None,
        "seen_whole": reading.is_whole if reading else None,
        "seen_problem": glance.problem,
        "confirmed_at": to_text(glance.confirmed_at) if glance.confirmed_at else None,
    }
    known = [(getattr(ProductItem, name), value) for name, value in values.items()]
    actions = [attribute.remove() if value is None else attribute.set(value) for attribute, value in known]
    _update_beside_transactions(ProductItem(*product_key(code)), actions)


def _update_beside_transactions(item: ProductItem, actions: list[Action]) -> None:
    """DynamoDB refuses an update while a transaction (a registration) holds the item, for some milliseconds."""
    for left in range(GLANCE_TRIES, 0, -1):
        try:
            item.update(actions, ProductItem.pk.exists())
            return
        except UpdateError as error:
            if left == 1 or error.cause_response_code != "TransactionConflictException":
                raise


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


def add_repair(transaction: Transaction, seen: Product, movement: Movement) -> None:
    """The counter becomes what was counted.

    *Closes*: a hold that began, grew or ended between counting and writing: it would be lost or counted twice.
    """
    unmoved = (ProductItem.movements == seen.movements) & (ProductItem.held_kg == seen.held_kg)
    _add_movement(transaction, movement, unmoved)


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
    code = item.pk.removeprefix("PRODUCT#")
    return Product(code, rules, int(item.held_kg), int(item.movements), _instant(item.floor), _to_glance(item))


def _stored_rules(rules: Rules) -> dict[str, Any]:
    """Attribute → value; the version has a longer name there, because the counter has one, too."""
    known = asdict(rules)
    known["rules_version"] = known.pop("version")
    return known


def _to_glance(item: ProductItem) -> Glance | None:
    if item.seen_at is None:
        return None
    reading = None
    if item.seen_measured_at is not None:
        reading = Reading(int(item.seen_kg or 0), from_text(item.seen_measured_at), bool(item.seen_whole))
    return Glance(from_text(item.seen_at), reading, item.seen_problem, _instant(item.confirmed_at))


def _instant(text: str | None) -> datetime | None:
    return from_text(text) if text else None
