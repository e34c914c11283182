"""Queue and schedule functions of the visitor domain. Each loads what it needs itself: a process serves one of them."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from chalice import Blueprint, Rate

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.queue import handle_batch

if TYPE_CHECKING:
    from chalicelib.domains.visitor.gate_push import GatePush
    from chalicelib.domains.visitor.park.push import ParkPusher
    from chalicelib.domains.visitor.passages.hints import HintPush
    from chalicelib.domains.visitor.passages.reading import PassageReader

bp = Blueprint(__name__)


@cache
def _push() -> GatePush:
    from chalicelib.domains.visitor.gate_push import GatePush
    from chalicelib.domains.visitor.wiring import gate_client

    return GatePush(gate_client(), timedelta(seconds=runtime.settings().gate_reading_interval), utc_now)


@cache
def _reader() -> PassageReader:
    from chalicelib.domains.account.phones import find_user_by_phone
    from chalicelib.domains.visitor.passages.reading import PassageReader
    from chalicelib.domains.visitor.passages.recording import Recorder
    from chalicelib.domains.visitor.wiring import passage_client

    settings = runtime.settings()
    recorder = Recorder(frozenset(settings.gate_exit_devices), find_user_by_phone)
    return PassageReader(passage_client(), recorder, settings.check_out_hour, utc_now)


@cache
def _hints() -> HintPush:
    from chalicelib.domains.visitor.passages.hints import HintPush

    return HintPush(_reader(), timedelta(seconds=runtime.settings().gate_reading_interval))


@cache
def _park() -> ParkPusher:
    from chalicelib.domains.visitor.park.push import ParkPusher
    from chalicelib.domains.visitor.wiring import park_client

    return ParkPusher(park_client(), timedelta(seconds=runtime.settings().park_reading_interval), utc_now)


@bp.on_sqs_message(queue="gate", batch_size=10, name="gate_worker")
def gate_worker(event: Any) -> dict[str, Any]:
    """Push to the gate what the woken visits need, follow its events up; failed messages are reported one by one."""
    return handle_batch(event.to_dict(), {**_push().handlers, **_hints().handlers}, utc_now)


@bp.on_sqs_message(queue="park", batch_size=10, name="park_worker")
def park_worker(event: Any) -> dict[str, Any]:
    """Tell the park what the woken visits need; failed messages are reported one by one."""
    return handle_batch(event.to_dict(), _park().handlers, utc_now)


@bp.schedule(Rate(10, unit=Rate.MINUTES), name="close_visits")
def close_visits(event: Any) -> dict[str, int]:
    """Every ten minutes: expire undecided requests and sign off visits whose window is over."""
    from chalicelib.domains.visitor import closing

    logs.configure(runtime.settings().log_level)
    return closing.close_visits(utc_now)


@bp.schedule(Rate(3, unit=Rate.MINUTES), name="read_passages")
def read_passages(event: Any) -> dict[str, int]:
    """Every three minutes: keep the passages no event told of, and at night sign out whoever is not known to have left."""
    logs.configure(runtime.settings().log_level)
    return _reader().run()


@bp.lambda_function(name="subscribe_gate_events")
def subscribe_gate_events(event: Any, context: Any) -> dict[str, Any]:
    """Have the platform tell us of passages; repeating it changes nothing. The event is not used."""
    from chalicelib.domains.visitor.wiring import events_address, passage_client

    logs.configure(runtime.settings().log_level)
    added = passage_client().subscribe(events_address())
    logs.log_event("gate_events_subscribed", added=len(added))
    return {"subscribed": True, "added": list(added)}


@bp.schedule(Rate(1, unit=Rate.HOURS), name="purge_personal_data")
def purge_personal_data(event: Any) -> dict[str, int]:
    """Every hour: forget who came when the retention limit has passed, and finish what users took back."""
    from chalicelib.domains.visitor.privacy import purge

    logs.configure(runtime.settings().log_level)
    return purge.purge_personal_data(utc_now)
