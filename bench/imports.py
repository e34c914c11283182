"""Cold import of each packaged function against what it cannot do without, in fresh processes.

Both sides of a pair run one after the other (A B A B …) and see nothing but the standard library and the content of the
package. Processor time is compared, not time on the clock: on a busy machine it is the steadier of the two.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.package import unpacked
from bench.report import Table

PAIRS = 9
CLIENT = "import botocore.session; botocore.session.get_session().create_client('dynamodb', region_name='cn-north-1')"
WORKER_BASE = f"import pynamodb.models; {CLIENT}"
API_BASE = f"import chalice, pynamodb.models, pydantic; {CLIENT}"
CHILD = """
import sys, time
sys.path.insert(0, {folder!r})
began = time.process_time()
{statements}
print(time.process_time() - began)
"""


@dataclass(frozen=True, slots=True)
class Function:
    """A deployed function: the module Lambda imports, and what it is compared with."""

    name: str
    module: str
    base: str
    budget: float
    loads: tuple[str, ...] = ()
    """What it loads besides at its first message."""


CANTEEN = "chalicelib.domains.canteen"
HOUSE, PAY = "chalicelib.integrations.canteen.client", "chalicelib.integrations.wechat_pay.client"
HTTP = "chalicelib.integrations.http"


def _canteen(name: str, *loads: str) -> Function:
    return Function(name, f"{CANTEEN}.workers", WORKER_BASE, 1.2, (f"{CANTEEN}.wiring", *loads))


FUNCTIONS = (
    Function("api", "app", API_BASE, 1.5),
    Function("gate_worker", "chalicelib.domains.visitor.workers", WORKER_BASE, 1.2),
    Function("notify_worker", "chalicelib.domains.channel.workers", WORKER_BASE, 1.2),
    Function("le_worker", "chalicelib.domains.logistics.workers", WORKER_BASE, 1.2),
    Function("outbox_redeliver", "chalicelib.core.workers", WORKER_BASE, 1.2),
    Function("publish_menu", "chalicelib.domains.channel.workers", WORKER_BASE, 1.2),
    Function("appoint_staff", "chalicelib.domains.account.workers", WORKER_BASE, 1.2),
    _canteen("canteen_worker", f"{CANTEEN}.topups.crediting", f"{CANTEEN}.cards.canteen_push", HOUSE, HTTP),
    _canteen("pay_worker", f"{CANTEEN}.topups.refunding", PAY, HOUSE, HTTP),
    _canteen("export_worker", f"{CANTEEN}.exports.writing"),
    _canteen("query_payments", f"{CANTEEN}.topups.querying", PAY, HTTP),
    _canteen("sync_canteen", f"{CANTEEN}.records.syncing", HOUSE, HTTP),
    _canteen("reconcile_canteen", f"{CANTEEN}.reconciliation.running", PAY, HTTP),
    _canteen("refresh_pay_certificates", f"{CANTEEN}.topups.certificates", PAY, HTTP),
)


def cold(folder: Path, statements: str) -> float:
    """Processor milliseconds a fresh process takes for ``statements``; raises when they fail."""
    code = CHILD.format(folder=str(folder), statements=statements)
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, env={})
    if done.returncode != 0:
        raise RuntimeError(f"{statements}\n{done.stderr[-2000:]}")
    return float(done.stdout) * 1000


def measure(pairs: int = PAIRS) -> Table:
    """The table."""
    folder = unpacked()
    table = Table(
        "Cold import, packaged, against its base (medians of interleaved fresh processes)",
        ("function", "base ms", "import ms", "ratio", "budget", "ready ms", "ratio"),
    )
    for function in FUNCTIONS:
        statement = f"import {function.module}"
        loads = "".join(f"import {module}; " for module in function.loads)
        sides = (function.base, statement, f"{statement}; {loads}{CLIENT}")
        for side in sides:
            cold(folder, side)
        times: list[list[float]] = [[], [], []]
        for _ in range(pairs):
            for side, found in zip(sides, times, strict=True):
                found.append(cold(folder, side))
        base, own, ready = map(median, times)
        ratio = own / base
        cells = (f"{base:.0f}", f"{own:.0f}", f"{ratio:.2f}", f"{function.budget:g}", f"{ready:.0f}")
        table.add(function.name, *cells, f"{ready / base:.2f}", ok=ratio <= function.budget)
    table.notes += [
        "base of the api: chalice runtime + pynamodb + pydantic + one DynamoDB client; of the others: pynamodb + one client",
        "ready (no budget): the same import followed by a first DynamoDB client, as the first request makes it, and by what"
        " the canteen's functions load at their first message",
    ]
    return table
