"""Commands of the channel."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now
from chalicelib.domains.channel import service, wiring

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
