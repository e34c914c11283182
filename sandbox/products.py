"""The products of a new stack, as its office would make them, from what LE and MES know of the plant."""

from typing import Any

from sandbox.house.plant import PRODUCTS, Product

ONLY_DELIVERED = ("SALT",)
THRESHOLDS = {"CL2": "20.000"}
"""Tonnes that must stay in the tanks; 50 where nothing is said."""


def products() -> list[dict[str, Any]]:
    """What the command ``set_up_products`` is given."""
    return [_settings(product) for product in PRODUCTS.values()]


def _settings(product: Product) -> dict[str, Any]:
    keeps_stock = product.code not in ONLY_DELIVERED
    return {
        "code": product.code,
        "name": product.name,
        "hazardous": bool(product.hazard_class),
        "hazard_class": product.hazard_class,
        "un_no": product.un_number,
        "keeps_stock": keeps_stock,
        "threshold": THRESHOLDS.get(product.code, "50.000") if keeps_stock else "0.000",
        "hold_minutes": 240,
        "warn_minutes": 30,
    }
