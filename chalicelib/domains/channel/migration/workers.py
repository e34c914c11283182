"""The schedule and the command of the migration. Each loads what it needs itself: a process serves one of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from chalice import Blueprint, Rate

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now

if TYPE_CHECKING:
    from chalicelib.domains.channel.migration.service import Standing

bp = Blueprint(__name__)
ACTOR = "command"


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="continue_migration")
def continue_migration(event: Any) -> dict[str, int]:
    """Every minute: go on with what was ordered; without an order it reads a few items and ends."""
    from chalicelib.domains.channel.migration import runner, wiring

    logs.configure(runtime.settings().log_level)
    return runner.continue_migrations(wiring.ports(), utc_now)


@bp.lambda_function(name="migrate_account")
def migrate_account(event: Any, context: Any) -> dict[str, Any]:
    """``{"account", "action": "status|pull|convert|pause|resume", "approved_on"?, "source_form"?, "retry_failed"?}``."""
    from chalicelib.domains.channel.migration import service, wiring
    from chalicelib.domains.channel.migration.model import SourceForm

    logs.configure(runtime.settings().log_level)
    account, action, now = event["account"], event["action"], utc_now()
    if account not in {known.key for known in wiring.old_accounts()}:
        raise ValueError(f"no old account {account!r}: see the parameter WechatOldAccounts")
    if action == "pull":
        return _show(service.start_pull(ACTOR, account, now))
    if action == "convert":
        approved_on = date.fromisoformat(event["approved_on"])
        form, again = SourceForm(event.get("source_form", "raw_id")), event.get("retry_failed") is True
        return _show(service.start_convert(ACTOR, account, approved_on, form, again, now))
    if action in ("pause", "resume"):
        return _show((service.pause if action == "pause" else service.resume)(ACTOR, account, now))
    if action == "status":
        return _show(service.standing(account))
    raise ValueError(f"unknown action {action!r}")


def _show(standing: Standing) -> dict[str, Any]:
    from chalicelib.domains.channel.migration import model

    progress = standing.progress
    return {
        "stage": model.stage(standing.order, progress, utc_now()).value,
        "pulled": progress.pulled,
        "converted": progress.converted,
        "failed": dict(progress.failed),
        "waiting": progress.waiting,
        "trouble": progress.trouble.code if progress.trouble else None,
    }
