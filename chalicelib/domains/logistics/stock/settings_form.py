"""A product's rules as somebody writes them, checked: what only the whole form can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.core.errors import InvalidInput
from chalicelib.core.quantities import to_kilograms
from chalicelib.domains.logistics.stock.model import Rules
from chalicelib.domains.logistics.stock.schemas import ProductSettings


def read_rules(form: ProductSettings) -> Rules:
    """The rules of a form. Raises :class:`~chalicelib.core.errors.InvalidInput` at the field that is wrong."""
    if form.warn_minutes >= form.hold_minutes:
        raise InvalidInput.of_field("warn_minutes", "提醒应早于到期，请填写小于保留时间的分钟数")
    if form.hazardous and not form.hazard_class:
        raise InvalidInput.of_field("hazard_class", "危险货物请填写类别，例如 8")
    if form.hazardous and not form.un_no:
        raise InvalidInput.of_field("un_no", "危险货物请填写 UN 编号，例如 1824")
    return Rules(
        name=form.name,
        hazardous=form.hazardous,
        hazard_class=form.hazard_class,
        un_no=form.un_no,
        keeps_stock=form.keeps_stock,
        threshold_kg=to_kilograms(form.threshold),
        hold_minutes=form.hold_minutes,
        warn_minutes=form.warn_minutes,
        in_use=form.in_use,
        version=form.version,
    )


def read_products(rows: Iterable[Mapping[str, Any]]) -> dict[str, Rules]:
    """Product code → rules, of the command that sets a deployment up. Raises ``ValueError`` for a wrong row."""
    forms = [ProductSettings.model_validate({"version": 0, "reason": "初始设置", **row}) for row in rows]
    return {form.code: read_rules(form) for form in forms}
