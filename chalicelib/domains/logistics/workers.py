"""Queue, schedule and command functions of logistics. Each loads what it needs itself: a process serves one of them."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Rate

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now

bp = Blueprint(__name__)


@bp.on_sqs_message(queue="le", batch_size=10, name="le_worker")
def le_worker(event: Any) -> dict[str, Any]:
    """Tell LE what the woken objects need; failed messages are reported one by one."""
    raise NotImplementedError


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="sweep_holds")
def sweep_holds(event: Any) -> dict[str, int]:
    """Every minute: warn of holds that end soon, and end those whose time is over."""
    raise NotImplementedError


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="poll_le")
def poll_le(event: Any) -> dict[str, int]:
    """Every minute: read what changed at LE, whether or not an event told of it, and the lanes."""
    raise NotImplementedError


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="watch_stock")
def watch_stock(event: Any) -> dict[str, int]:
    """Every minute: read the tanks, let go of what trucks have taken and the tanks show, keep a sample."""
    raise NotImplementedError


@bp.schedule(Rate(1, unit=Rate.HOURS), name="repair_holds")
def repair_holds(event: Any) -> dict[str, int]:
    """Every hour: count the holds of every product anew, report and repair what is wrong."""
    raise NotImplementedError


@bp.schedule(Rate(1, unit=Rate.HOURS), name="warn_certificates")
def warn_certificates(event: Any) -> dict[str, int]:
    """Every hour: tell of certificates that end in 30, 7 or 1 days or have ended, and delete pictures nobody attached."""
    from chalicelib.domains.logistics.archive import hourly

    logs.configure(runtime.settings().log_level)
    return hourly.work_off(utc_now)


@bp.lambda_function(name="set_up_products")
def set_up_products(event: Any, context: Any) -> dict[str, Any]:
    """Products a new deployment begins with (``{"products": [{…}]}``); those that exist stay as they are."""
    raise NotImplementedError
