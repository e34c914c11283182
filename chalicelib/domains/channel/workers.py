"""Commands and queue functions of the channel; here it is connected to the domains whose notices it sends."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from chalice import Blueprint, Rate

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import Problem
from chalicelib.core.queue import handle_batch
from chalicelib.domains.channel import wiring

if TYPE_CHECKING:
    from chalicelib.domains.channel.notify import Notifier

bp = Blueprint(__name__)


@bp.lambda_function(name="publish_menu")
def publish_menu(event: Any, context: Any) -> dict[str, Any]:
    """Publish the menu that administrators chose, or the project's; the event is not used."""
    from chalicelib.domains.channel.menus import service

    logs.configure(runtime.settings().log_level)
    account = wiring.menu_account(read_seconds=None)
    try:
        published = service.publish_again(account, utc_now())
    except Problem as problem:
        logs.log_event("menu_not_published", code=problem.code, reason=str(problem.values.get("reason", "")))
        raise
    buttons = service.count_entries(published, account.around)
    logs.log_event("menu_published", buttons=buttons, version=published.version)
    return {"published": True, "buttons": buttons}


@cache
def _notifier() -> Notifier:
    # loaded here, because a process of another function needs none of it
    from chalicelib.domains.account.notices import find_openid
    from chalicelib.domains.canteen.bindings.notices import binding_facts
    from chalicelib.domains.canteen.cards.notices import card_facts
    from chalicelib.domains.canteen.topups.notices import top_up_facts
    from chalicelib.domains.channel.notify import Notifier, Ports
    from chalicelib.domains.logistics.archive.notices import person_facts, vehicle_facts
    from chalicelib.domains.logistics.registrations.notices import registration_facts
    from chalicelib.domains.visitor.notices import visit_facts

    facts = {
        "visit": visit_facts,
        "registration": registration_facts,
        "vehicle": vehicle_facts,
        "person": person_facts,
        "topup": top_up_facts,
        "binding": binding_facts,
        "card": card_facts,
    }
    return Notifier(Ports(wiring.send_notice, find_openid, facts, runtime.settings().wechat_templates, utc_now))


@bp.on_sqs_message(queue="wechat", batch_size=10, name="notify_worker")
def notify_worker(event: Any) -> dict[str, Any]:
    """Send the notices that the woken objects wait for; failed messages are reported one by one."""
    return handle_batch(event.to_dict(), _notifier().handlers, utc_now)


@bp.schedule(Rate(30, unit=Rate.MINUTES), name="sync_news")
def sync_news(event: Any) -> dict[str, int]:
    """Every half hour: copy the account's published articles."""
    from chalicelib.domains.channel.news import service

    settings = runtime.settings()
    logs.configure(settings.log_level)
    return service.sync_news(settings.wechat_app_id, wiring.read_news, utc_now)
