"""Queue, schedule and command functions of logistics. Each loads what it needs itself: a process serves one of them."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from chalice import Blueprint, Rate

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now

if TYPE_CHECKING:
    from chalicelib.integrations.mes.port import MesPort

bp = Blueprint(__name__)


@cache
def _mes() -> MesPort:
    from chalicelib.domains.logistics.wiring import mes_port

    return mes_port()


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
    from chalicelib.domains.logistics.stock import watching

    settings = runtime.settings()
    logs.configure(settings.log_level)
    return watching.watch_stock(_mes(), timedelta(seconds=settings.stock_settle), utc_now)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="repair_holds")
def repair_holds(event: Any) -> dict[str, int]:
    """Every hour: count the holds of every product anew, report and repair what is wrong."""
    from chalicelib.domains.logistics.stock import drift

    logs.configure(runtime.settings().log_level)
    return drift.repair_holds(utc_now)


@bp.schedule(Rate(1, unit=Rate.HOURS), name="warn_certificates")
def warn_certificates(event: Any) -> dict[str, int]:
    """Every hour: tell of certificates that end in 30, 7 or 1 days or have ended, and delete pictures nobody attached."""
    from chalicelib.domains.logistics.archive import hourly

    logs.configure(runtime.settings().log_level)
    return hourly.work_off(utc_now)


@bp.lambda_function(name="set_up_products")
def set_up_products(event: Any, context: Any) -> dict[str, Any]:
    """Products a new deployment begins with (``{"products": [{…}]}``); those that exist stay as they are."""
    from chalicelib.domains.logistics.stock import service
    from chalicelib.domains.logistics.stock.settings_form import read_products

    logs.configure(runtime.settings().log_level)
    done = service.set_up(read_products(event["products"]), utc_now())
    logs.log_event("products_set_up", added=len(done["added"]), known=len(done["known"]))
    return done
