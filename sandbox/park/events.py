"""Status messages to the enterprise."""

from sandbox.house.events import Line
from sandbox.kit.clock import iso
from sandbox.kit.store import Document
from sandbox.park.platform import CLIENT_ID

LINE = Line("park", CLIENT_ID, "/api/park/events", final=(200, 400, 401, 404))


def status_message(visit: Document, status: str, at: str) -> Document:
    """What became of a visit, or that its visitor passed."""
    message = {"visitNo": visit["visitNo"], "status": status, "at": at}
    return {**message, "reason": visit["reason"]} if visit.get("reason") else message


def passage_message(visit: Document, direction: str, now: float) -> Document:
    """The visitor passed the park's gate."""
    return {"visitNo": visit["visitNo"], "status": direction, "at": iso(now)}
