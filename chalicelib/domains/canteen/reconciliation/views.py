"""Days and differences as answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Literal

from chalicelib.domains.canteen.reconciliation.model import Kind, Known, Run
from chalicelib.domains.canteen.reconciliation.schemas import DifferenceView, ReconciliationView
from chalicelib.domains.canteen.reconciliation.texts import KIND_TEXTS, MESSAGES, PROPOSALS
from chalicelib.integrations.texts import TEXTS as PEER_TEXTS

Action = Literal["retry_credit", "refund", "query_payment", "look", "none"]
_ACTIONS: dict[Kind, Action] = {Kind.UNPAID_HERE: "query_payment", Kind.NOT_CREDITED: "retry_credit"}


def show_run(run: Run) -> ReconciliationView:
    """A day."""
    return ReconciliationView(
        day=date.fromisoformat(run.day),
        state=run.state.value,
        ran_at=run.ran_at,
        message=MESSAGES.get(run.message) or PEER_TEXTS.get(run.message) or run.message,
        open_differences=run.open_differences,
        **asdict(run.sums),
    )


def show_difference(known: Known, names: Mapping[str, str]) -> DifferenceView:
    """One thing that does not fit. ``names``: user id → nickname."""
    difference = known.difference
    settled_by = known.settled_by
    return DifferenceView(
        id=known.id,
        day=date.fromisoformat(known.day),
        kind=difference.kind.value,
        kind_text=KIND_TEXTS[difference.kind],
        proposal=PROPOSALS[difference.kind],
        action=_ACTIONS.get(difference.kind, "look" if difference.number else "none"),
        top_up_id=difference.number,
        transaction_id=difference.transaction_id,
        account_no=difference.account_no,
        bill_fen=difference.bill_fen,
        ours_fen=difference.ours_fen,
        canteen_fen=difference.canteen_fen,
        state=known.state.value,
        found_at=known.found_at,
        settled_at=known.settled_at,
        settled_by=(names.get(settled_by) or settled_by) if settled_by else None,
        reason=known.reason,
    )
