"""Long files: the office."""

from __future__ import annotations

from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.canteen.exports import asking, files
from chalicelib.domains.canteen.exports.model import Export, State, Wanted, What
from chalicelib.domains.canteen.exports.schemas import ExportView, NewExport
from chalicelib.domains.canteen.exports.texts import MESSAGES, TEXTS

STAFF = office(Role.CANTEEN)
ROOT = "/api/office/canteen/exports"

api = Api(__name__, "canteen_exports", TEXTS)


@api.route("POST", ROOT, summary="Ask for a file", access=STAFF, body=NewExport, answer=ExportView, status=201)
def ask(call: Call) -> ExportView:
    form: NewExport = call.body
    wanted = Wanted(
        what=What(form.what),
        format="xlsx" if form.what == "statement" else form.format,
        first=form.first,
        last=form.last,
        kind=form.kind,
        meal=form.meal,
        status=form.status,
        account_no=form.account_no,
        merchant=form.merchant,
        number=form.number,
        needs_people=form.needs_people,
    )
    return _show(asking.ask(call.user, wanted, form.request_id, call.now))


@api.route("GET", f"{ROOT}/{{export_id}}", summary="How far a file is", access=STAFF, answer=ExportView)
def read(call: Call) -> ExportView:
    return _show(asking.own(call.user, call.path["export_id"]))


def _show(export: Export) -> ExportView:
    return ExportView(
        id=export.id,
        what=export.wanted.what.value,
        name=export.name,
        state=export.state.value,
        rows=export.rows,
        fraction=export.fraction,
        created_at=export.created_at,
        url=files.link(export) if export.state is State.READY else None,
        message=MESSAGES.get(export.message, ""),
    )
