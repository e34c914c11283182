"""What is left of an order: ordered − issued − planned by open registrations."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sandbox.kit.store import Document
from sandbox.le.states import ISSUED, PLANNING

Key = tuple[str, str]
"""Order number and line number."""
NOTHING = Decimal(0)


@dataclass
class Ledger:
    """Tonnes by order line."""

    planned: dict[Key, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    issued: dict[Key, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def open_quantity(self, order_no: str, line: Document) -> Decimal:
        """Never below nothing: a truck may get more than was planned."""
        return max(NOTHING, self.outstanding(order_no, line) - self.planned.get((order_no, line["lineNo"]), NOTHING))

    def outstanding(self, order_no: str, line: Document) -> Decimal:
        """Ordered and not issued."""
        return Decimal(line["orderedQty"]) - self.issued_of(order_no, line)

    def issued_of(self, order_no: str, line: Document) -> Decimal:
        """Issued in all, before LE's first day, too."""
        return Decimal(line["issuedBefore"]) + self.issued.get((order_no, line["lineNo"]), NOTHING)


def ledger_of(registrations: Iterable[Document], without: str | None = None) -> Ledger:
    """From the registrations, one of them left out."""
    ledger = Ledger()
    for registration in registrations:
        if registration["registrationNo"] != without:
            _enter(ledger, registration)
    return ledger


def _enter(ledger: Ledger, registration: Document) -> None:
    lines = registration["lines"]
    if registration["status"] in PLANNING:
        for line in lines:
            ledger.planned[line["orderNo"], line["lineNo"]] += Decimal(line["plannedQty"])
    if registration["status"] in ISSUED:
        for line, part in zip(lines, shares(lines, Decimal(registration["netWeight"])), strict=True):
            ledger.issued[line["orderNo"], line["lineNo"]] += part


def shares(lines: list[Document], net: Decimal) -> list[Decimal]:
    """What of the net weight goes to each line: up to what was planned in their order, the last takes the rest."""
    parts, rest = [], net
    for line in lines[:-1]:
        part = min(rest, Decimal(line["plannedQty"]))
        parts.append(part)
        rest -= part
    return [*parts, rest]
