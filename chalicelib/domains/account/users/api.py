"""Routes of 用户管理: administrators only."""

from __future__ import annotations

from chalicelib.core import runtime
from chalicelib.core.china import masked_mobile
from chalicelib.core.http import Api, Call, office
from chalicelib.core.session import Role
from chalicelib.domains.account.model import User
from chalicelib.domains.account.texts import TEXTS
from chalicelib.domains.account.users import lists, service
from chalicelib.domains.account.users.lists import Wanted
from chalicelib.domains.account.users.schemas import (
    ChangePhone,
    ChangeRole,
    ChangeStatus,
    DisablingView,
    FindByPhone,
    OfficeUsersView,
    OfficeUserView,
    SignInWay,
    UsersQuery,
)

ADMINISTRATOR = office(Role.ADMINISTRATOR)

api = Api(__name__, "users", TEXTS)


@api.route(
    "GET",
    "/api/office/users",
    summary="Everybody who ever signed in, the last first",
    access=ADMINISTRATOR,
    query=UsersQuery,
    answer=OfficeUsersView,
)
def list_users(call: Call) -> OfficeUsersView:
    query: UsersQuery = call.query
    wanted = Wanted(query.query, query.role.value if query.role else None, query.status)
    page = lists.page_of_users(wanted, query.cursor)
    return OfficeUsersView(
        items=[_listed(user) for user in page.items], examined=page.examined, next_cursor=page.next_cursor
    )


@api.route(
    "POST",
    "/api/office/users/by-phone",
    summary="The user with a work phone",
    access=ADMINISTRATOR,
    body=FindByPhone,
    answer=OfficeUserView,
)
def find_by_phone(call: Call) -> OfficeUserView:
    body: FindByPhone = call.body
    return _show(service.user_with_phone(body.phone))


@api.route("GET", "/api/office/users/{user_id}", summary="A user", access=ADMINISTRATOR, answer=OfficeUserView)
def show_user(call: Call) -> OfficeUserView:
    return _show(service.any_user(call.path["user_id"]))


@api.route(
    "POST",
    "/api/office/users/{user_id}/roles",
    summary="Give or take a role",
    access=ADMINISTRATOR,
    body=ChangeRole,
    answer=OfficeUserView,
)
def change_role(call: Call) -> OfficeUserView:
    body: ChangeRole = call.body
    return _show(service.change_role(call.user, call.path["user_id"], body.role, body.granted, body.version, call.now))


@api.route(
    "POST",
    "/api/office/users/{user_id}/disable",
    summary="Shut a user out",
    access=ADMINISTRATOR,
    body=ChangeStatus,
    answer=OfficeUserView,
)
def disable_user(call: Call) -> OfficeUserView:
    body: ChangeStatus = call.body
    return _show(service.disable_user(call.user, call.path["user_id"], body.reason, body.version, call.now))


@api.route(
    "POST",
    "/api/office/users/{user_id}/enable",
    summary="Let a user in again",
    access=ADMINISTRATOR,
    body=ChangeStatus,
    answer=OfficeUserView,
)
def enable_user(call: Call) -> OfficeUserView:
    body: ChangeStatus = call.body
    return _show(service.enable_user(call.user, call.path["user_id"], body.reason, body.version, call.now))


@api.route(
    "POST",
    "/api/office/users/{user_id}/phone",
    summary="Enter, change or remove a user's work phone",
    access=ADMINISTRATOR,
    body=ChangePhone,
    answer=OfficeUserView,
)
def change_phone(call: Call) -> OfficeUserView:
    body: ChangePhone = call.body
    return _show(service.change_phone(call.user, call.path["user_id"], body.phone, body.version, call.now))


def _show(user: User) -> OfficeUserView:
    return _listed(user).model_copy(update={"phone": user.phone})


def _listed(user: User) -> OfficeUserView:
    disabling = user.disabling
    return OfficeUserView(
        id=user.id,
        openid=user.openid,
        nickname=user.nickname,
        avatar_url=user.avatar_url,
        status=user.status,
        roles=[role for role in Role if role.value in user.roles],
        created_at=user.created_at,
        signed_in_at=user.signed_in_at,
        disabling=DisablingView(reason=disabling.reason, by=disabling.by_name, at=disabling.at) if disabling else None,
        sign_in_ways=_ways(user),
        phone_masked=masked_mobile(user.phone) if user.phone else None,
        phone=None,
        version=user.version,
    )


def _ways(user: User) -> list[SignInWay]:
    settings = runtime.settings()
    ways: dict[SignInWay, str] = {
        "official_account": settings.wechat_app_id,
        "mini_program": settings.wechat_mini_program_app_id,
    }
    return [way for way, app_id in ways.items() if app_id and user.openid_at(app_id)]
