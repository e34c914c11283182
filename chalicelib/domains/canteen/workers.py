"""Queue and schedule functions of the canteen. Each loads what it needs itself: a process serves one of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from chalice import Blueprint, Rate

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.queue import handle_batch

if TYPE_CHECKING:
    from chalicelib.core.outbox.worker import Handler

bp = Blueprint(__name__)


@cache
def _canteen_handlers() -> Mapping[str, Handler]:
    from chalicelib.domains.canteen import wiring
    from chalicelib.domains.canteen.cards.canteen_push import CardReporting
    from chalicelib.domains.canteen.topups.crediting import Crediting

    canteen = wiring.patient_canteen()
    return {**Crediting(canteen, utc_now).handlers, **CardReporting(canteen, utc_now).handlers}


@bp.on_sqs_message(queue="canteen", batch_size=10, name="canteen_worker")
def canteen_worker(event: Any) -> dict[str, Any]:
    """Tell the canteen what the woken objects need: credits, cards reported lost."""
    return handle_batch(event.to_dict(), _canteen_handlers(), utc_now)


@cache
def _pay_handlers() -> Mapping[str, Handler]:
    from chalicelib.domains.canteen import wiring
    from chalicelib.domains.canteen.topups.refunding import Refunding

    return Refunding(wiring.pay(), wiring.patient_canteen(), utc_now).handlers


@bp.on_sqs_message(queue="pay", batch_size=10, name="pay_worker")
def pay_worker(event: Any) -> dict[str, Any]:
    """Refund at WeChat Pay what will not be credited."""
    return handle_batch(event.to_dict(), _pay_handlers(), utc_now)


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="query_payments")
def query_payments(event: Any) -> dict[str, int]:
    """Every minute: ask WeChat Pay about top-ups nobody has told us of, and close those that were not paid."""
    from chalicelib.domains.canteen import wiring
    from chalicelib.domains.canteen.topups import querying

    logs.configure(runtime.settings().log_level)
    return querying.query_due(wiring.pay(), utc_now)


@cache
def _export_handlers() -> Mapping[str, Handler]:
    from chalicelib.domains.canteen.exports.writing import handlers

    return handlers(utc_now)


@bp.on_sqs_message(queue="export", batch_size=1, name="export_worker")
def export_worker(event: Any) -> dict[str, Any]:
    """Write the next part of a file that staff asked for."""
    return handle_batch(event.to_dict(), _export_handlers(), utc_now)


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="sync_canteen")
def sync_canteen(event: Any) -> dict[str, int]:
    """Every minute: copy what the canteen has posted since the last time."""
    from chalicelib.domains.canteen import wiring
    from chalicelib.domains.canteen.records import syncing

    logs.configure(runtime.settings().log_level)
    return syncing.sync(wiring.patient_canteen(), utc_now)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="reconcile_canteen")
def reconcile_canteen(event: Any) -> dict[str, int]:
    """Every hour: match yesterday's bill as soon as WeChat Pay has it, and days that could not be matched before."""
    from chalicelib.domains.canteen import wiring
    from chalicelib.domains.canteen.reconciliation import running

    logs.configure(runtime.settings().log_level)
    return running.reconcile_due(wiring.pay(), utc_now)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="refresh_pay_certificates")
def refresh_pay_certificates(event: Any) -> dict[str, int]:
    """Every hour: keep WeChat Pay's platform certificates; it has none for a merchant with nothing but its public key."""
    from chalicelib.domains.canteen import wiring
    from chalicelib.domains.canteen.topups import certificates

    logs.configure(runtime.settings().log_level)
    return certificates.refresh(wiring.download_certificates, utc_now)
