"""Queue and schedule functions of the visitor domain."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from chalice import Blueprint, Rate

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.queue import handle_batch
from chalicelib.domains.visitor import closing
from chalicelib.domains.visitor.gate_push import GatePush
from chalicelib.domains.visitor.park.push import ParkPusher
from chalicelib.domains.visitor.privacy import purge

bp = Blueprint(__name__)


@cache
def _push() -> GatePush:
    from chalicelib.domains.visitor.wiring import gate_client

    return GatePush(gate_client(), timedelta(seconds=runtime.settings().gate_reading_interval), utc_now)


@cache
def _park() -> ParkPusher:
    from chalicelib.domains.visitor.wiring import park_client

    return ParkPusher(park_client(), timedelta(seconds=runtime.settings().park_reading_interval), utc_now)


@bp.on_sqs_message(queue="gate", batch_size=10, name="gate_worker")
def gate_worker(event: Any) -> dict[str, Any]:
    """Push to the gate what the woken visits need; failed messages are reported one by one."""
    return handle_batch(event.to_dict(), _push().handlers, utc_now)


@bp.on_sqs_message(queue="park", batch_size=10, name="park_worker")
def park_worker(event: Any) -> dict[str, Any]:
    """Tell the park what the woken visits need; failed messages are reported one by one."""
    return handle_batch(event.to_dict(), _park().handlers, utc_now)


@bp.schedule(Rate(10, unit=Rate.MINUTES), name="close_visits")
def close_visits(event: Any) -> dict[str, int]:
    """Every ten minutes: expire undecided requests and sign off visits whose window is over."""
    logs.configure(runtime.settings().log_level)
    return closing.close_visits(utc_now)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="purge_personal_data")
def purge_personal_data(event: Any) -> dict[str, int]:
    """Every hour: forget who came when the retention limit has passed, and finish what users took back."""
    logs.configure(runtime.settings().log_level)
    return purge.purge_personal_data(utc_now)
