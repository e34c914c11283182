"""Routes of 账号迁移: administrators only."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.errors import NotFound
from chalicelib.core.http import Api, Call, Reply, office
from chalicelib.core.session import Role
from chalicelib.domains.account.store import find_user_id
from chalicelib.domains.channel.migration import export, history, service, store, wiring
from chalicelib.domains.channel.migration.export import File
from chalicelib.domains.channel.migration.history import OldIdentity
from chalicelib.domains.channel.migration.model import Order, Progress
from chalicelib.domains.channel.migration.ports import OldAccount
from chalicelib.domains.channel.migration.schemas import (
    FindOldFollower,
    MigrationsView,
    MigrationView,
    OldFollowerView,
    StartConvert,
)
from chalicelib.domains.channel.migration.service import Standing
from chalicelib.domains.channel.migration.texts import REASONS, TEXTS
from chalicelib.domains.channel.migration.views import show_bindings, show_migration

ADMINISTRATOR = office(Role.ADMINISTRATOR)

api = Api(__name__, "migration", TEXTS)
history.find_users_with(find_user_id)


@api.route("GET", "/api/office/migrations", summary="The old accounts", access=ADMINISTRATOR, answer=MigrationsView)
def list_migrations(call: Call) -> MigrationsView:
    orders, progress = store.find_all()

    def standing(key: str) -> Standing:
        return Standing(orders.get(key, Order(key)), progress.get(key, Progress(key)))

    return MigrationsView(
        items=[show_migration(account, standing(account.key), call.now) for account in wiring.old_accounts()]
    )


@api.route(
    "POST",
    "/api/office/migrations/{account}/pull",
    summary="Read the old account's followers",
    access=ADMINISTRATOR,
    answer=MigrationView,
)
def pull_followers(call: Call) -> MigrationView:
    account = _account(call)
    return show_migration(account, service.start_pull(call.user.user_id, account.key, call.now), call.now)


@api.route(
    "POST",
    "/api/office/migrations/{account}/convert",
    summary="Convert the openids",
    access=ADMINISTRATOR,
    body=StartConvert,
    answer=MigrationView,
)
def convert_followers(call: Call) -> MigrationView:
    account, body = _account(call), call.body
    standing = service.start_convert(
        call.user.user_id, account.key, body.approved_on, body.source_form, body.retry_failed, call.now
    )
    return show_migration(account, standing, call.now)


@api.route(
    "POST",
    "/api/office/migrations/{account}/pause",
    summary="Pause",
    access=ADMINISTRATOR,
    answer=MigrationView,
)
def pause_migration(call: Call) -> MigrationView:
    account = _account(call)
    return show_migration(account, service.pause(call.user.user_id, account.key, call.now), call.now)


@api.route(
    "POST",
    "/api/office/migrations/{account}/resume",
    summary="Go on",
    access=ADMINISTRATOR,
    answer=MigrationView,
)
def resume_migration(call: Call) -> MigrationView:
    account = _account(call)
    return show_migration(account, service.resume(call.user.user_id, account.key, call.now), call.now)


@api.route(
    "GET",
    "/api/office/migrations/{account}/failures.csv",
    summary="Openids that were not converted, as a file for Excel (audited)",
    access=ADMINISTRATOR,
)
def export_failures(call: Call) -> Reply:
    return csv_reply(export.export_failures(call.user, _account(call), call.now))


@api.route(
    "POST",
    "/api/office/migrations/{account}/follower",
    summary="What became of an old openid",
    access=ADMINISTRATOR,
    body=FindOldFollower,
    answer=OldFollowerView,
)
def find_old_follower(call: Call) -> OldFollowerView:
    old = OldIdentity(_account(call).app_id, call.body.openid)
    follower, bindings = history.find_follower(old)
    if follower is None:
        raise NotFound
    user_id = history.user_of(runtime.settings().wechat_app_id, follower.new_openid)
    return OldFollowerView(
        openid=follower.openid,
        new_openid=follower.new_openid,
        reason=REASONS[follower.reason] if follower.reason else None,
        user_id=user_id,
        bindings=show_bindings(bindings),
    )


def csv_reply(file: File) -> Reply:
    """A file to save; the header says when it is not complete."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    if file.is_cut:
        headers["X-Export-Cut"] = str(export.MAX_ROWS)
    return Reply(body=file.text, content_type="text/csv; charset=utf-8", headers=headers)


def _account(call: Call) -> OldAccount:
    for account in wiring.old_accounts():
        if account.key == call.path["account"]:
            return account
    raise NotFound
