"""Commands and queue functions of the channel; here it is connected to the domains whose notices it sends."""

from __future__ import annotations

from functools import cache
from typing import Any

from chalice import Blueprint

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.queue import handle_batch
from chalicelib.domains.account.notices import find_openid
from chalicelib.domains.channel import service, wiring
from chalicelib.domains.channel.notify import Notifier, Ports
from chalicelib.domains.visitor.notices import visit_facts

bp = Blueprint(__name__)


@bp.lambda_function(name="publish_menu")
def publish_menu(event: Any, context: Any) -> dict[str, Any]:
    """Publish the menu that the project defines; the event is not used."""
    settings = runtime.settings()
    logs.configure(settings.log_level)
    buttons = service.publish_menu(
        settings.wechat_app_id, wiring.configured_menu(), wiring.send_menu, "command", utc_now()
    )
    logs.log_event("menu_published", buttons=buttons)
    return {"published": True, "buttons": buttons}


@cache
def _notifier() -> Notifier:
    templates = runtime.settings().wechat_templates
    return Notifier(Ports(wiring.send_notice, find_openid, {"visit": visit_facts}, templates, utc_now))


@bp.on_sqs_message(queue="wechat", batch_size=10, name="notify_worker")
def notify_worker(event: Any) -> dict[str, Any]:
    """Send the notices that the woken objects wait for; failed messages are reported one by one."""
    return handle_batch(event.to_dict(), _notifier().handlers, utc_now)
