"""Use cases of products: what the office decides about them, with every change in the audit log."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from chalicelib.core.audit import record
from chalicelib.core.errors import Conflict, NotFound
from chalicelib.core.quantities import to_tonnes
from chalicelib.core.table import RaceLost, Transaction
from chalicelib.domains.logistics.stock import store
from chalicelib.domains.logistics.stock.model import Product, Rules

SET_UP = "set_up_products"


def the_product(code: str) -> Product:
    """A product; ``NotFound`` when there is none."""
    product = store.find_product(code)
    if product is None:
        raise NotFound
    return product


def save_product(code: str, rules: Rules, reason: str, by: str, now: datetime) -> Product:
    """Make a product (``rules.version`` 0), or give it other rules; ``rules.version`` is the one the editor saw.

    A form sent twice changes it once. Raises :class:`~chalicelib.core.errors.Conflict`.
    """
    seen, wanted = store.find_product(code), replace(rules, version=rules.version + 1)
    if seen is not None and seen.rules == wanted:
        return seen
    _require_seen(seen, rules)
    if seen is not None and seen.rules.keeps_stock != rules.keeps_stock and seen.held_kg:
        raise Conflict("product_has_holds")
    transaction = Transaction()
    if seen is None:
        store.add_new_product(transaction, code, wanted, now)
    else:
        store.add_new_rules(transaction, seen, wanted)
    _audit(transaction, code, seen, wanted, reason, by, now)
    try:
        transaction.commit()
    except RaceLost:
        raise Conflict("product_changed") from None
    return replace(seen, rules=wanted) if seen else Product(code, wanted)


def set_up(products: dict[str, Rules], now: datetime) -> dict[str, list[str]]:
    """Products a deployment begins with; one that exists stays as the office has made it."""
    done: dict[str, list[str]] = {"added": [], "known": []}
    for code, rules in products.items():
        transaction = Transaction()
        wanted = replace(rules, version=1)
        store.add_new_product(transaction, code, wanted, now)
        _audit(transaction, code, None, wanted, "", SET_UP, now)
        try:
            transaction.commit()
        except RaceLost:
            done["known"].append(code)
        else:
            done["added"].append(code)
    return done


def _require_seen(seen: Product | None, rules: Rules) -> None:
    if seen is None and rules.version:
        raise NotFound
    if seen is not None and seen.rules.version != rules.version:
        raise Conflict("product_changed" if rules.version else "product_exists")


def shown_rules(rules: Rules) -> dict[str, str]:
    """Rules as the history shows them."""
    return {
        "name": rules.name,
        "hazardous": _yes_no(rules.hazardous),
        "hazard_class": rules.hazard_class,
        "un_no": rules.un_no,
        "keeps_stock": _yes_no(rules.keeps_stock),
        "threshold": to_tonnes(rules.threshold_kg),
        "hold_minutes": str(rules.hold_minutes),
        "warn_minutes": str(rules.warn_minutes),
        "in_use": _yes_no(rules.in_use),
    }


def _yes_no(value: bool) -> str:
    return "true" if value else "false"


def _audit(
    transaction: Transaction, code: str, seen: Product | None, rules: Rules, reason: str, by: str, now: datetime
) -> None:
    record(
        transaction,
        subject=f"product:{code}",
        actor=by,
        action="product_saved",
        now=now,
        before=shown_rules(seen.rules) if seen else None,
        after={**shown_rules(rules), "reason": reason},
    )
