"""WeChat Pay's documents, clock and switches."""

import secrets
import string
from datetime import datetime
from typing import Any

from sandbox.kit.clock import SHANGHAI, Clock
from sandbox.kit.knobs import Knob, Knobs
from sandbox.kit.store import Document, Store

ORDER, REFUND, NOTICE, PENDING = "pay.order", "pay.refund", "pay.notice", "pay.pending"
_ALPHABET = string.digits + string.ascii_lowercase


def default_knobs(product_url: str) -> dict[str, Knob]:
    """As the real one behaves, except that a refund takes seconds, not minutes."""
    return {
        "mode": "public_key",
        "response_signature": "good",
        "response_signature_times": None,
        "notice_signature": "good",
        "notice_signature_times": None,
        "signature_type": True,
        "clock_speed": 1,
        "notice_tamper": "",
        "notices": {"lost": False, "duplicate": False, "reordered": False},
        "payment_directories": [f"{product_url}/"],
        "console_notify_url": "",
        "refund_seconds": 3,
        "refund_result": "SUCCESS",
        "balance_fen": 1_000_000,
        "bills_at_once": False,
        "bill_link_seconds": 300,
        "insufficient": False,
        "killed_after_paying": False,
        "cashier_error": False,
    }


class Memory:
    """One store, its clock and knobs, and numbers like WeChat's."""

    def __init__(self, store: Store, clock: Clock, knobs: Knobs) -> None:
        self.store = store
        self.clock = clock
        self.knobs = knobs

    def new_transaction_id(self, at: float) -> str:
        """28 digits with the day in them."""
        return f"4200002{secrets.randbelow(1000):03d}{day_digits(at)}{secrets.randbelow(10**10):010d}"

    def new_refund_id(self) -> str:
        """29 digits with the day in them."""
        now = self.clock()
        return f"503{secrets.randbelow(10**4):04d}{day_digits(now)}{secrets.randbelow(10**14):014d}"

    def new_prepay_id(self) -> str:
        """36 characters, the time first."""
        moment = datetime.fromtimestamp(self.clock(), SHANGHAI)
        return f"wx{moment:%d%H%M%S%f}"[:16] + "".join(secrets.choice(_ALPHABET) for _ in range(20))

    def used_up(self, name: str) -> str:
        """The present value of a signature switch; with `<name>_times` only for so many more, then good again."""
        value, times = str(self.knobs.get(name)), f"{name}_times"
        left = self.knobs.get(times)
        if value != "good" and left is not None:
            self.knobs.change({times: left - 1} if left > 1 else {name: "good", times: None})
        return value


def day_digits(at: float) -> str:
    """YYYYMMDD at the plant."""
    return f"{datetime.fromtimestamp(at, SHANGHAI):%Y%m%d}"


def rfc3339(at: float | None) -> str | None:
    """With the offset +08:00 and whole seconds, as WeChat Pay writes time."""
    return None if at is None else datetime.fromtimestamp(at, SHANGHAI).isoformat(timespec="seconds")


def present(doc: dict[str, Any]) -> Document:
    """Without the members that have no value: WeChat Pay leaves those out."""
    return {name: value for name, value in doc.items() if value is not None}
