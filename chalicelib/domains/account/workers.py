"""Commands of the account domain."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.session import Role

bp = Blueprint(__name__)


@bp.lambda_function(name="appoint_staff")
def appoint_staff(event: Any, context: Any) -> dict[str, Any]:
    """Give a staff role to a WeChat user: ``{"openid", "role", "name"?}``. The way to the first administrator."""
    from chalicelib.domains.account.sign_in import appoint_staff as appoint

    settings = runtime.settings()
    logs.configure(settings.log_level)
    openid, role = event["openid"], Role(event["role"])
    user = appoint(settings.wechat_app_id, openid, role.value, event.get("name", ""), utc_now())
    return {"user_id": user.id, "roles": sorted(user.roles)}
