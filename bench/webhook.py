"""WeChat Pay's notification of a payment against the five seconds it waits: cold, from Python's start on, and warm.

A fresh process of the package, as in ``first.py``, with the real verification of a real signature; AWS answers at once.
"""

from __future__ import annotations

import json
from statistics import median

from bench.aws import recorded
from bench.first import Cold, first
from bench.package import ROOT, unpacked
from bench.payer import notification
from bench.report import Table
from bench.top_up_steps import paid_in_wechat
from bench.world import world
from chalicelib.core.clock import utc_now
from chalicelib.domains.canteen.topups import certificates
from tests.support.client import api

RUNS = 9
AGAIN = 30
CALLS = ("GetItem", "GetItem", "TransactWriteItems", "SendMessage")
"""Certificates, which a process looks for once in five minutes; the top-up; the step; the canteen's queue."""
LIMIT_MS = 5000
"""WeChat Pay waits so long for the answer, and tells it again later."""
SHARE = 0.2
WHOLE_PROCESSOR_MB = 1769
"""AWS: "At 1,769 MB, a function has the equivalent of one vCPU." While it starts, a function has more than its share."""


def measure(runs: int = RUNS) -> Table:
    """The table."""
    folder = unpacked()
    with world() as place:
        event = notification(paid_in_wechat(place), utc_now())
        certificates.forget()
        with recorded() as recording:
            answer = api()(event, None)
    if answer["statusCode"] != 204 or recording.operations != CALLS:
        raise AssertionError(f"the notification was not taken: {answer}")
    warm = [recording.answers[1:]] * AGAIN
    found = [first(folder, event, [recording.answers, *warm]) for _ in range(runs)]
    return _table(found, _memory_mb())


def _table(found: list[Cold], memory_mb: int) -> Table:
    starting = median(each.started + each.imported for each in found)
    serving, warm = median(each.served for each in found), median(median(each.again) for each in found)
    slower = max(1.0, WHOLE_PROCESSOR_MB / memory_mb)
    table = Table(
        "WeChat Pay's notification, packaged, AWS stubbed at 0 ms, against the 5 s it waits",
        ("what", "ms", "of 5 s", f"ms at {memory_mb} MB", "of 5 s", "budget"),
    )
    table.add("Python's start", *_shares(median(each.started for each in found), 1), "")
    table.add("import of the function", *_shares(median(each.imported for each in found), 1), "")
    table.add("first notification", *_shares(serving, slower), "")
    cold = starting + serving, starting + serving * slower
    for name, times in (("cold, all together", cold), ("warm", (warm, warm * slower))):
        cells = [cell for time in times for cell in (f"{time:.1f}", f"{time / LIMIT_MS:.1%}")]
        table.add(name, *cells, f"{SHARE:.0%}", ok=max(times) <= SHARE * LIMIT_MS)
    table.notes += [
        "processor time, medians of fresh processes; signature and seal are verified with the real keys each time",
        f"AWS's own time comes on top: {len(CALLS)} calls, when cold, and one to read the secrets; {len(CALLS) - 1} when warm",
        f"at {memory_mb} MB, the API's: what comes after the start has {memory_mb} / {WHOLE_PROCESSOR_MB} of a processor",
    ]
    return table


def _shares(milliseconds: float, slower: float) -> tuple[str, str, str, str]:
    times = (milliseconds, milliseconds * slower)
    one, other = ((f"{time:.1f}", f"{time / LIMIT_MS:.1%}") for time in times)
    return *one, *other


def _memory_mb() -> int:
    """Of the API function."""
    settings = json.loads((ROOT / ".chalice" / "config.json").read_text())
    return int(settings["lambda_functions"]["api_handler"]["lambda_memory_size"])
