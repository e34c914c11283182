"""Route of the host look-up, for whoever is signed in on a phone."""

from __future__ import annotations

from functools import cache

from chalicelib.core.china import masked_mobile
from chalicelib.core.http import PHONE, Api, Call
from chalicelib.domains.visitor.hosts import service
from chalicelib.domains.visitor.hosts.schemas import CandidatesView, CandidateView, FindHosts
from chalicelib.domains.visitor.hosts.service import Candidate
from chalicelib.domains.visitor.texts import TEXTS
from chalicelib.integrations.gate.port import PeoplePort

api = Api(__name__, "visitor", TEXTS)

PATIENCE_SECONDS = 3.0
"""A person waits for the answer, and the function lives ten seconds."""


@cache
def _people() -> PeoplePort:
    """Kept by the process: whoever was found is known for a day. The adapter is loaded by whoever searches first."""
    from chalicelib.domains.visitor.wiring import gate_client

    return gate_client(PATIENCE_SECONDS)


@api.route(
    "POST",
    "/api/visitor/hosts/search",
    summary="Find whom to visit by phone number or full name",
    access=PHONE,
    body=FindHosts,
    answer=CandidatesView,
)
def find_hosts(call: Call) -> CandidatesView:
    found = service.find_hosts(call.user, call.body.query, _people(), call.now)
    return CandidatesView(items=[_show(candidate) for candidate in found])


def _show(candidate: Candidate) -> CandidateView:
    employee = candidate.employee
    return CandidateView(
        choice=candidate.choice,
        name=employee.name,
        phone_masked=masked_mobile(employee.phone),
        department=employee.department,
    )
