"""Routes of consents and personal data."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import NotFound
from chalicelib.core.http import PHONE, PUBLIC, Api, Call, Reply, office
from chalicelib.core.session import Role
from chalicelib.core.validation import Answer
from chalicelib.domains.visitor.privacy import erasure, identity, purge, service
from chalicelib.domains.visitor.privacy.faces import service as faces
from chalicelib.domains.visitor.privacy.model import ConsentKind
from chalicelib.domains.visitor.privacy.schemas import (
    ConsentHistoryView,
    ConsentRecordView,
    ConsentsView,
    ConsentView,
    DecideConsent,
    FaceUploadView,
    IdNumberView,
    PrivacyView,
    PurgesQuery,
    PurgesView,
    PurgeView,
    ReadIdNumber,
)
from chalicelib.domains.visitor.privacy.service import Asked
from chalicelib.domains.visitor.texts import TEXTS

api = Api(__name__, "visitor", TEXTS)

OFFICE = office(Role.VISITOR_APPROVER)


@api.route("GET", "/api/visitor/consents", summary="My consents", access=PHONE, answer=ConsentsView)
def list_consents(call: Call) -> ConsentsView:
    return ConsentsView(items=[_show(asked) for asked in service.consents_of(call.user)])


@api.route("GET", "/api/visitor/consent-history", summary="What I said when", access=PHONE, answer=ConsentHistoryView)
def list_consent_history(call: Call) -> ConsentHistoryView:
    return ConsentHistoryView(
        items=[
            ConsentRecordView(kind=said.kind, version=said.text_version, decision=said.decision, at=said.at)
            for said in service.history_of(call.user)
        ]
    )


@api.route(
    "POST",
    "/api/visitor/consents/{kind}",
    summary="Say yes or no to a consent",
    access=PHONE,
    body=DecideConsent,
    answer=ConsentView,
)
def decide_consent(call: Call) -> Answer:
    body: DecideConsent = call.body
    return _show(service.decide(call.user, _kind(call), body.version, body.granted, call.now))


@api.route(
    "POST",
    "/api/visitor/consents/{kind}/withdraw",
    summary="Take a consent back and erase what was given under it",
    access=PHONE,
    answer=ConsentView,
)
def withdraw_consent(call: Call) -> Answer:
    kind = _kind(call)
    said = erasure.withdraw(call.user, kind, utc_now)
    return _show(service.asked(kind, said))


@api.route(
    "POST",
    "/api/visitor/faces",
    summary="Begin to upload a face photo",
    access=PHONE,
    answer=FaceUploadView,
    status=201,
)
def begin_face_upload(call: Call) -> FaceUploadView:
    upload = faces.begin_upload(call.user, call.now)
    return FaceUploadView(id=upload.photo_id, url=upload.form.url, fields=upload.form.fields, expires_at=upload.until)


@api.route("POST", "/api/visitor/erase-my-data", summary="Delete what I gave", access=PHONE, status=204)
def erase_my_data(call: Call) -> Reply:
    erasure.erase_everything(call.user, utc_now)
    return Reply(status=204)


@api.route("GET", "/api/privacy", summary="How long data are kept", access=PUBLIC, answer=PrivacyView)
def show_privacy(_call: Call) -> PrivacyView:
    return PrivacyView(personal_data_days=runtime.settings().personal_data_days)


@api.route(
    "GET",
    "/api/office/purges",
    summary="What the retention limit took out, in numbers",
    access=office(Role.ADMINISTRATOR),
    query=PurgesQuery,
    answer=PurgesView,
)
def list_purges(call: Call) -> PurgesView:
    page = purge.page_of_runs(call.query.cursor)
    items = [PurgeView(id=run.id, at=run.at, counts=run.counts) for run in page.items]
    return PurgesView(items=items, next_cursor=page.next_cursor)


@api.route(
    "POST",
    "/api/office/visits/{visit_id}/id-number",
    summary="Read a visitor's full ID number (audited)",
    access=OFFICE,
    body=ReadIdNumber,
    answer=IdNumberView,
)
def read_id_number(call: Call) -> Answer:
    number = identity.read_full(call.user, call.path["visit_id"], call.body.reason, call.now)
    return IdNumberView(id_number=number)


def _kind(call: Call) -> ConsentKind:
    try:
        return ConsentKind(call.path["kind"])
    except ValueError:
        raise NotFound from None


def _show(asked: Asked) -> ConsentView:
    return ConsentView(
        kind=asked.kind,
        version=asked.text.version,
        title=asked.text.title,
        paragraphs=list(asked.text.paragraphs),
        standing=asked.standing,
        decided_at=asked.said.at if asked.said else None,
    )
