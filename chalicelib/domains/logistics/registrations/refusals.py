"""What drivers and the office are told when something is refused: codes with the values of their texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from chalicelib.core import runtime
from chalicelib.core.clock import SITE_ZONE
from chalicelib.core.errors import Conflict, RateLimited
from chalicelib.core.quantities import to_tonnes
from chalicelib.domains.logistics.registrations.checks import Failure
from chalicelib.domains.logistics.registrations.model import Reason, RegistrationProblem
from chalicelib.domains.logistics.registrations.ordering import OrderProblem
from chalicelib.domains.logistics.registrations.texts import KIND_WORDS, check_message
from chalicelib.domains.logistics.stock.model import Product, StockProblem


def refusal(code: str, **values: str | int) -> Conflict:
    """A refusal; texts may name whom to call."""
    return Conflict(code, contact=contact(), **values)


def contact() -> str:
    """Whom a driver calls where nothing else helps."""
    return runtime.settings().logistics_contact


def refuse_daily_limit() -> NoReturn:
    """More registrations a day are a mistake or abuse."""
    raise RateLimited("registration_daily_limit", limit=runtime.settings().registrations_per_day, contact=contact())


def refuse_checks(failures: Sequence[Failure]) -> NoReturn:
    """All failing checks at once."""
    detail = [
        {"code": failure.check.value, "subject": failure.subject, "message": check_message(failure, contact())}
        for failure in failures
    ]
    raise Conflict("registration_checks_failed", detail=detail, count=len(detail))


def of_order(problem: OrderProblem) -> Conflict:
    """What is wrong with the order."""
    words: dict[str, str | int] = dict(problem.values)
    if "open_kg" in words:
        words["open"] = to_tonnes(int(words.pop("open_kg")))
    if "kind" in words:
        words["kind"] = KIND_WORDS[str(words["kind"])]
    return refusal(problem.code, **words)


def of_decision(problem: RegistrationProblem, until: datetime | None) -> Conflict:
    """Why the registration cannot be that way; ``until``: how long it is held."""
    if problem.reason is Reason.ARRIVAL_TOO_LATE and until is not None:
        return refusal(problem.reason.value, until=f"{until.astimezone(SITE_ZONE):%m月%d日 %H:%M}")
    return refusal(problem.reason.value)


def of_stock(problem: StockProblem, product: Product, more_kg: int) -> Conflict:
    """The goods cannot be held now."""
    return refusal(problem.reason.value, product=product.rules.name, quantity=to_tonnes(more_kg))
