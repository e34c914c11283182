"""The route of 操作记录: administrators only."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.core.audit import AuditEntry
from chalicelib.core.clock import from_text, site_month
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.account.audit import lists
from chalicelib.domains.account.audit.schemas import AuditEntryView, AuditQuery, AuditView

api = Api(__name__, "audit", {})


@api.route(
    "GET",
    "/api/office/audit",
    summary="Who changed what, newest first",
    access=office(Role.ADMINISTRATOR),
    query=AuditQuery,
    answer=AuditView,
)
def list_audit(call: Call) -> AuditView:
    query: AuditQuery = call.query
    if query.subject:
        page = lists.page_of_subject(query.subject, query.month, query.cursor)
    else:
        page = lists.page_of_month(query.month or site_month(call.now), query.cursor)
    names = lists.nicknames_of(page.items)
    return AuditView(items=[_show(entry, names) for entry in page.items], next_cursor=page.next_cursor)


def _show(entry: AuditEntry, names: dict[str, str]) -> AuditEntryView:
    return AuditEntryView(
        id=entry.sk,
        at=from_text(entry.at),
        actor=entry.actor,
        actor_name=names.get(entry.actor, ""),
        action=entry.action,
        subject=entry.pk,
        subject_name=names.get(entry.pk.removeprefix(lists.PEOPLE), ""),
        before=_state(entry.before),
        after=_state(entry.after),
    )


def _state(text: str | None) -> dict[str, Any] | None:
    return dict(json.loads(text)) if text else None
