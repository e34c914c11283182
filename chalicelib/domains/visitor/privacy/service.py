"""Use cases of consents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core.errors import Conflict
from chalicelib.core.session import Principal
from chalicelib.core.table import Transaction
from chalicelib.domains.visitor.privacy import store
from chalicelib.domains.visitor.privacy.consent_texts import CONSENT_TEXTS
from chalicelib.domains.visitor.privacy.model import Consent, ConsentKind, ConsentText, Decision, Standing, standing


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind, its text of today and what the user said to it."""

    kind: ConsentKind
    text: ConsentText
    standing: Standing
    said: Consent | None


def consents_of(user: Principal) -> list[Asked]:
    """Every kind that is asked for."""
    said = store.find_consents(user.user_id)
    return [asked(kind, said.get(kind)) for kind in ConsentKind]


def history_of(user: Principal) -> list[Consent]:
    """Everything one said lately, under whichever id, the last first."""
    said = [one for owner_id in user.owner_ids for one in store.history(owner_id)]
    return sorted(said, key=lambda one: one.at, reverse=True)


def decide(user: Principal, kind: ConsentKind, version: str, granted: bool, now: datetime) -> Asked:
    """Yes or no to the text the user saw; the same said again adds nothing."""
    if version != CONSENT_TEXTS[kind].version:
        raise Conflict("consent_text_changed")
    decision = Decision.GRANTED if granted else Decision.REFUSED
    known = store.find_consent(user.user_id, kind)
    if known is not None and (known.decision, known.text_version) == (decision, version):
        return asked(kind, known)
    if not granted and known is not None and (known.decision, known.text_version) == (Decision.GRANTED, version):
        raise Conflict("consent_withdraw_instead")
    said = Consent(kind, version, decision, now)
    transaction = Transaction()
    store.add_decision(transaction, user.user_id, said)
    transaction.commit()
    return asked(kind, said)


def asked(kind: ConsentKind, said: Consent | None) -> Asked:
    """A kind with its text of today."""
    text = CONSENT_TEXTS[kind]
    return Asked(kind, text, standing(said, text.version), said)
