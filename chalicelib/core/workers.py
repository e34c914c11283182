"""Functions that belong to no domain."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint, Rate

from chalicelib.core import logs, runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.outbox.redelivery import redeliver

bp = Blueprint(__name__)


@bp.schedule(Rate(1, unit=Rate.MINUTES), name="outbox_redeliver")
def outbox_redeliver(event: Any) -> dict[str, int]:
    """Every minute: wake the workers of all pushes that are due."""
    logs.configure(runtime.settings().log_level)
    return redeliver(utc_now())
