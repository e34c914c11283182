"""Queue, schedule and command functions of logistics. Each loads what it needs itself: a process serves one of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
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
def _le_handlers() -> Mapping[str, Handler]:
    from chalicelib.domains.logistics.archive.le_push import ArchivePusher, put_all
    from chalicelib.domains.logistics.registrations.le_push import RegistrationPusher
    from chalicelib.domains.logistics.registrations.registration import Registration
    from chalicelib.domains.logistics.reports.le_push import ReportPusher
    from chalicelib.domains.logistics.wiring import patient_le
    from chalicelib.integrations.le.port import LePort

    def file_archive(le: LePort, registration: Registration) -> None:
        truck, crew = registration.truck, (registration.driver, registration.escort)
        put_all(le, (truck.plate_number, truck.trailer_plate_number), (who.driver_no for who in crew if who))

    le = patient_le()
    pushers = (ArchivePusher(le), ReportPusher(le), RegistrationPusher(le, file_archive, utc_now))
    return {kind: handler for pusher in pushers for kind, handler in pusher.handlers.items()}


@bp.on_sqs_message(queue="le", batch_size=10, name="le_worker")
def le_worker(event: Any) -> dict[str, Any]:
    """Tell LE what the woken objects need; failed messages are reported one by one. Screens have the lanes read here."""
    from chalicelib.domains.logistics.lanes.refreshing import is_request

    records = event.to_dict()["Records"]
    if any(map(is_request, records)):
        _read_lanes()
    pushes = [record for record in records if not is_request(record)]
    return handle_batch({"Records": pushes}, _le_handlers() if pushes else {}, utc_now)


def _read_lanes() -> int:
    """A board that could not be read stays as it was, with its time; whoever looks asks again in three seconds."""
    from chalicelib.domains.logistics.lanes.refreshing import refresh
    from chalicelib.domains.logistics.wiring import impatient_le

    logs.configure(runtime.settings().log_level)
    try:
        return int(refresh(impatient_le(), utc_now))
    except Exception as error:  # pushes in the same batch must not suffer for it
        logs.log_exception("lanes_refresh_failed", error)
        return 0


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="sweep_holds")
def sweep_holds(event: Any) -> dict[str, int]:
    """Every minute: warn of holds that end soon, and end those whose time is over."""
    from chalicelib.domains.logistics.registrations import expiring

    logs.configure(runtime.settings().log_level)
    return expiring.sweep(utc_now)


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="poll_le")
def poll_le(event: Any) -> dict[str, int]:
    """Every minute: read what changed at LE, whether or not an event told of it, and the lanes."""
    from chalicelib.domains.logistics.registrations.poll import poll
    from chalicelib.domains.logistics.registrations.rechecking import recheck
    from chalicelib.domains.logistics.wiring import patient_le

    logs.configure(runtime.settings().log_level)
    return {**poll(patient_le(), recheck, utc_now), "lanes": _read_lanes()}


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="watch_stock")
def watch_stock(event: Any) -> dict[str, int]:
    """Every minute: read the tanks, let go of what trucks have taken and the tanks show, keep a sample."""
    from chalicelib.domains.logistics import wiring
    from chalicelib.domains.logistics.stock import watching

    settings = runtime.settings()
    logs.configure(settings.log_level)
    return watching.watch_stock(wiring.mes(), timedelta(seconds=settings.stock_settle), utc_now)


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
