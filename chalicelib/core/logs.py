"""Structured logs: one JSON object a line, with the request id, without personal data.

Call ``log_event("visit_approved", visit_id=…)``: ids, codes, counts and durations only. Names, phones, plates, ID
numbers, openids, tokens and free text never go into a log.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
"""Id of the request or queue message being worked on; the endpoint and the workers set it."""

_logger = logging.getLogger("campus.events")


def configure(level: str) -> None:
    """Send our own logger to standard output, once; the Lambda runtime's root handler would print each line twice."""
    if not _logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _logger.addHandler(handler)
        _logger.propagate = False
    if logging.getLevelName(_logger.level) != level:  # setting it makes every logger forget what it is enabled for
        _logger.setLevel(level)


def log_event(event: str, *, level: int = logging.INFO, **fields: str | int | float | bool | None) -> None:
    """Write one line: the event's name, the request id and harmless fields."""
    if _logger.isEnabledFor(level):
        line = {"level": logging.getLevelName(level), "event": event, "request_id": request_id.get(), **fields}
        _logger.log(level, json.dumps(line, ensure_ascii=False, default=str))


def log_exception(event: str, error: BaseException, **fields: str | int | float | bool | None) -> None:
    """Write the kind of an unexpected error and where it came from; its message may hold personal data and is left out."""
    frames = [
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    where = " > ".join(frames[-6:])
    response = getattr(error, "response", None)
    aws_code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    log_event(event, level=logging.ERROR, error=type(error).__name__, aws_code=aws_code, where=where, **fields)
