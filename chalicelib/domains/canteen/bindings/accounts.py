"""Whose phone it is, as the canteen has it on file."""

from __future__ import annotations

from chalicelib.core import logs
from chalicelib.core.errors import Unavailable
from chalicelib.domains.canteen.bindings.binding import Candidate
from chalicelib.integrations.canteen.port import AccountStatus, CanteenPort
from chalicelib.integrations.errors import PeerError


def candidates(canteen: CanteenPort, phone: str) -> list[Candidate]:
    """Accounts that may be bound by this phone. A closed one is over; a frozen one keeps its money, and its owner may look.

    Raises ``Unavailable`` when the canteen does not say.
    """
    try:
        found = canteen.accounts_by_phone(phone)
    except PeerError as error:
        logs.log_event("binding_canteen_silent", code=error.code, peer_code=error.peer_code, error=error.message)
        raise Unavailable("canteen_unavailable") from None
    return [
        Candidate(account.account_no, account.staff_no, account.name_masked)
        for account in found
        if account.status is not AccountStatus.CLOSED
    ]
