"""The names behind a page of passages: kept in the visits only, so that forgetting a visit forgets them everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from chalicelib.domains.visitor.store import VisitItem


def names_of(visit_ids: Iterable[str]) -> dict[str, str]:
    """Visitor names by visit id, read together."""
    keys = [(f"VISIT#{visit_id}", "VISIT") for visit_id in sorted(set(visit_ids))]
    found = VisitItem.batch_get(keys, attributes_to_get=["pk", "sk", "visitor_name"]) if keys else ()
    return {item.pk.removeprefix("VISIT#"): item.visitor_name for item in found}
