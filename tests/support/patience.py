"""How long tests wait for a peer: long, because a machine may be busy; and short only for an answer that never comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.integrations.http import Answer, Http

LONG = 30.0
SHORT = 1.5
"""Seconds. Longer than any answer that comes, shorter than any that is held back on purpose."""


@dataclass(frozen=True, slots=True)
class PatientHttp(Http):
    """The product's exchange with settings of its own for each call: ``silent`` says whether the peer will keep silent."""

    silent: Callable[[], bool] = bool

    def exchange(self, method: str, url: str, **named: Any) -> Answer:
        """One exchange."""
        seconds = SHORT if self.silent() else LONG
        return Http.exchange(replace(self, connect_seconds=LONG, read_seconds=seconds), method, url, **named)
