"""Routes of the imports: administrators only.

A file comes in parts of 40 000 bytes and not by a presigned address: the pages' policy lets them connect to this server
only, no storage has to be opened for browsers, and every part is sealed before it is stored.
"""

from __future__ import annotations

from chalicelib.core.errors import NotFound
from chalicelib.core.http import Api, Call, Reply, office
from chalicelib.core.session import Role
from chalicelib.domains.channel.migration import export, wiring
from chalicelib.domains.channel.migration.api import csv_reply
from chalicelib.domains.channel.migration.imports import service, store
from chalicelib.domains.channel.migration.imports.model import CHUNK_BYTES, Import
from chalicelib.domains.channel.migration.imports.schemas import (
    ImportsQuery,
    ImportsView,
    ImportView,
    LinesView,
    LineView,
    OpenImport,
    SendChunk,
)
from chalicelib.domains.channel.migration.imports.steps import BAD, GOOD
from chalicelib.domains.channel.migration.imports.texts import fault_words, problem_words
from chalicelib.domains.channel.migration.texts import TEXTS

ADMINISTRATOR = office(Role.ADMINISTRATOR)

api = Api(__name__, "imports", TEXTS)


@api.route(
    "GET",
    "/api/office/imports",
    summary="Files of the old accounts",
    access=ADMINISTRATOR,
    query=ImportsQuery,
    answer=ImportsView,
)
def list_imports(call: Call) -> ImportsView:
    page = store.page_of_imports(call.query.cursor)
    return ImportsView(items=[_show(known) for known in page.items], next_cursor=page.next_cursor)


@api.route(
    "POST",
    "/api/office/imports",
    summary="Announce a file",
    access=ADMINISTRATOR,
    body=OpenImport,
    answer=ImportView,
    status=201,
)
def open_import(call: Call) -> ImportView:
    body: OpenImport = call.body
    if body.account not in {account.key for account in wiring.old_accounts()}:
        raise NotFound
    return _show(service.open_import(call.user, body.account, body.kind, body.file_name, body.size, call.now))


@api.route("GET", "/api/office/imports/{import_id}", summary="A file", access=ADMINISTRATOR, answer=ImportView)
def show_import(call: Call) -> ImportView:
    return _show(service.any_import(call.path["import_id"]))


@api.route(
    "PUT",
    "/api/office/imports/{import_id}/chunks/{number}",
    summary="Send a part of the file",
    access=ADMINISTRATOR,
    body=SendChunk,
    status=204,
)
def send_chunk(call: Call) -> Reply:
    number = call.path["number"]
    if not number.isdecimal() or len(number) > 5:
        raise NotFound
    service.take_chunk(call.path["import_id"], int(number), call.body.content, call.now)
    return Reply(status=204)


@api.route(
    "POST",
    "/api/office/imports/{import_id}/check",
    summary="Have the file checked, line by line; nothing is taken over",
    access=ADMINISTRATOR,
    answer=ImportView,
)
def check_import(call: Call) -> ImportView:
    return _show(service.check_import(call.user, call.path["import_id"], call.now))


@api.route(
    "POST",
    "/api/office/imports/{import_id}/run",
    summary="Have the good lines taken over",
    access=ADMINISTRATOR,
    answer=ImportView,
)
def run_import(call: Call) -> ImportView:
    return _show(service.run_import(call.user, call.path["import_id"], call.now))


@api.route(
    "POST",
    "/api/office/imports/{import_id}/discard",
    summary="Throw the file away",
    access=ADMINISTRATOR,
    answer=ImportView,
)
def discard_import(call: Call) -> ImportView:
    return _show(service.discard_import(call.user, call.path["import_id"], call.now))


@api.route(
    "GET",
    "/api/office/imports/{import_id}/faults",
    summary="What is wrong, by line",
    access=ADMINISTRATOR,
    query=ImportsQuery,
    answer=LinesView,
)
def list_faults(call: Call) -> LinesView:
    page = store.page_of_faults(service.any_import(call.path["import_id"]), call.query.cursor)
    items = [
        LineView(id=str(line.number), line=line.number, faults=[fault_words(fault) for fault in line.faults])
        for line in page.items
    ]
    return LinesView(items=items, next_cursor=page.next_cursor)


@api.route(
    "GET",
    "/api/office/imports/{import_id}/faults.csv",
    summary="What is wrong, by line, as a file for Excel (audited)",
    access=ADMINISTRATOR,
)
def export_faults(call: Call) -> Reply:
    return csv_reply(export.export_faults(call.user, service.any_import(call.path["import_id"]), call.now))


def _show(known: Import) -> ImportView:
    return ImportView(
        id=known.id,
        account=known.account,
        kind=known.kind,
        file_name=known.file_name,
        size=known.size,
        state=known.state,
        created_at=known.created_at,
        created_by=known.created_by,
        chunks=known.chunks,
        chunk_bytes=CHUNK_BYTES,
        encoding=known.encoding,
        rows=known.rows,
        next_row=known.next_row,
        good=known.checked.get(GOOD, 0),
        bad=known.checked.get(BAD, 0),
        outcomes=dict(known.outcomes),
        problem=problem_words(known.problem),
        finished_at=known.finished_at,
    )
