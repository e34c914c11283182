"""Routes of sign-in and sessions."""

from __future__ import annotations

from urllib.parse import urlencode

from chalicelib.core import http, runtime, session
from chalicelib.core.errors import NotSignedIn
from chalicelib.core.http import PHONE, PUBLIC, Api, Call, Reply
from chalicelib.core.ids import new_token
from chalicelib.core.session import COOKIE, COOKIE_PATH, LIFETIME, Device, Principal, Role, set_cookie
from chalicelib.domains.account import journey, mini_program, office, sign_in, wiring
from chalicelib.domains.account.browsers import describe_browser
from chalicelib.domains.account.mini_program import UserInfo
from chalicelib.domains.account.model import TICKET_LIFETIME, Ticket, TicketStatus
from chalicelib.domains.account.principals import to_principal
from chalicelib.domains.account.schemas import (
    CallbackQuery,
    MiniProgramSessionView,
    MiniProgramSignIn,
    OfficeCheckView,
    OfficeRequestView,
    OfficeTicketView,
    SessionView,
    ShownStatus,
    SignInQuery,
    UserView,
)
from chalicelib.domains.account.texts import TEXTS

api = Api(__name__, "account", TEXTS)

BROWSER_COOKIE = "office_browser"
BROWSER_COOKIE_PATH = "/api/sign-in/office"
_SHOWN: dict[TicketStatus, ShownStatus] = {
    TicketStatus.WAITING: "waiting",
    TicketStatus.SCANNED: "scanned",
    TicketStatus.CONFIRMED: "confirmed",
    TicketStatus.REFUSED: "refused",
}


@api.route(
    "GET", "/api/sign-in/wechat", summary="Go to WeChat's authorise page", access=PUBLIC, query=SignInQuery, status=302
)
def begin_sign_in(call: Call) -> Reply:
    return _to_wechat(call, journey.begin_journey(call.query.return_to))


@api.route(
    "GET", "/api/sign-in/wechat/callback", summary="Back from WeChat", access=PUBLIC, query=CallbackQuery, status=302
)
def finish_sign_in(call: Call) -> Reply:
    keys = runtime.secrets().session_keys
    started = journey.open_journey(keys, call.cookies.get(journey.COOKIE, ""), call.now)
    if started is None or not call.query.code or started.state != call.query.state:
        return _to_sign_in_page("state_mismatch", started.return_to if started else "/")
    try:
        user = sign_in.finish_sign_in(call.query.code, started.state, wiring.exchange_code, call.now)
    except sign_in.SignInFailed as failure:
        if failure.restart and started.attempt < journey.MAX_ATTEMPTS:
            return _to_wechat(call, journey.begin_journey(started.return_to, started.attempt + 1))
        return _to_sign_in_page(failure.code, started.return_to)
    cookie = _session_cookie(Device.PHONE, session.seal(keys, user.id, Device.PHONE, call.now))
    return Reply(status=302, location=started.return_to, cookies=[cookie])


@api.route(
    "POST",
    "/api/mini-program/sign-in",
    summary="Sign in from the mini program",
    access=PUBLIC,
    body=MiniProgramSignIn,
    answer=MiniProgramSessionView,
)
def sign_in_from_mini_program(call: Call) -> MiniProgramSessionView:
    body: MiniProgramSignIn = call.body
    info = UserInfo(**body.user_info.model_dump()) if body.user_info else None
    user = mini_program.sign_in(body.code, info, wiring.exchange_mini_program_code, call.now)
    token = session.seal(runtime.secrets().session_keys, user.id, Device.MINI_PROGRAM, call.now)
    expires_at = call.now + LIFETIME[Device.MINI_PROGRAM]
    return MiniProgramSessionView(token=token, expires_at=expires_at, user=_user_view(to_principal(user)))


@api.route("GET", "/api/session", summary="Who is signed in on this phone", access=PHONE, answer=SessionView)
def show_session(call: Call) -> SessionView:
    return _session_view(call)


@api.route("DELETE", "/api/session", summary="Sign out on this phone", access=PHONE, status=204)
def end_session(_call: Call) -> Reply:
    return Reply(status=204, cookies=[_session_cookie(Device.PHONE, "", max_age=0)])


@api.route(
    "GET",
    "/api/office/session",
    summary="Who is signed in in this office browser",
    access=http.OFFICE,
    answer=SessionView,
)
def show_office_session(call: Call) -> SessionView:
    return _session_view(call)


@api.route("DELETE", "/api/office/session", summary="Sign out in this office browser", access=http.OFFICE, status=204)
def end_office_session(_call: Call) -> Reply:
    return Reply(status=204, cookies=[_session_cookie(Device.OFFICE, "", max_age=0)])


@api.route(
    "POST",
    "/api/sign-in/office",
    summary="A QR code to sign in with",
    access=PUBLIC,
    answer=OfficeTicketView,
    status=201,
)
def open_office_ticket(call: Call) -> Reply:
    secret = new_token()
    ticket = office.open_ticket(secret, describe_browser(call.headers.get("user-agent", "")), call.now)
    address = f"{runtime.settings().public_base_url}/office-sign-in?{urlencode({'ticket': ticket.id})}"
    view = OfficeTicketView(ticket=ticket.id, sign_in_url=address, expires_at=ticket.valid_until)
    cookie = set_cookie(
        BROWSER_COOKIE,
        secret,
        path=BROWSER_COOKIE_PATH,
        max_age=int(TICKET_LIFETIME.total_seconds()),
        secure=runtime.settings().cookie_secure,
    )
    return Reply(view, status=201, cookies=[cookie])


@api.route(
    "POST",
    "/api/sign-in/office/{ticket}/check",
    summary="What became of the QR code; only for the browser that asked",
    access=PUBLIC,
    answer=OfficeCheckView,
)
def check_office_ticket(call: Call) -> Reply:
    ticket = office.check_ticket(call.path["ticket"], call.cookies.get(BROWSER_COOKIE, ""), call.now)
    view = OfficeCheckView(status=_shown_status(ticket, call))
    if view.status != "confirmed" or ticket.user_id is None:
        return Reply(view)
    keys = runtime.secrets().session_keys
    token = session.seal(keys, ticket.user_id, Device.OFFICE, call.now)
    return Reply(view, cookies=[_session_cookie(Device.OFFICE, token)])


@api.route(
    "GET",
    "/api/sign-in/office/{ticket}",
    summary="The scanned QR code, on the phone",
    access=PHONE,
    answer=OfficeRequestView,
)
def show_office_ticket(call: Call) -> OfficeRequestView:
    return _request_view(office.scan_ticket(call.path["ticket"], call.user, call.now), call)


@api.route(
    "POST", "/api/sign-in/office/{ticket}/confirm", summary="Let the browser in", access=PHONE, answer=OfficeRequestView
)
def confirm_office_ticket(call: Call) -> OfficeRequestView:
    return _request_view(office.confirm_ticket(call.path["ticket"], call.user, call.now), call)


@api.route(
    "POST",
    "/api/sign-in/office/{ticket}/refuse",
    summary="Turn the browser away",
    access=PHONE,
    answer=OfficeRequestView,
)
def refuse_office_ticket(call: Call) -> OfficeRequestView:
    return _request_view(office.refuse_ticket(call.path["ticket"], call.user, call.now), call)


def _to_wechat(call: Call, started: journey.Journey) -> Reply:
    settings = runtime.settings()
    cookie = set_cookie(
        journey.COOKIE,
        journey.seal_journey(runtime.secrets().session_keys, started, call.now),
        path=journey.COOKIE_PATH,
        max_age=int(journey.LIFETIME.total_seconds()),
        secure=settings.cookie_secure,
    )
    return Reply(status=302, location=wiring.authorise_url(started.state), cookies=[cookie])


def _to_sign_in_page(code: str, return_to: str) -> Reply:
    return Reply(status=302, location=f"/sign-in?{urlencode({'error': code, 'return_to': return_to})}")


def _session_cookie(device: Device, token: str, max_age: int | None = None) -> str:
    lifetime = int(LIFETIME[device].total_seconds()) if max_age is None else max_age
    secure = runtime.settings().cookie_secure
    return set_cookie(COOKIE[device], token, path=COOKIE_PATH[device], max_age=lifetime, secure=secure)


def _session_view(call: Call) -> SessionView:
    if call.session is None:
        raise NotSignedIn("not_signed_in")
    return SessionView(
        user=_user_view(call.user), csrf_token=session.csrf_token(runtime.secrets().session_keys, call.session)
    )


def _user_view(user: Principal) -> UserView:
    roles = [role for role in Role if role in user.roles]
    return UserView(id=user.user_id, nickname=user.nickname, avatar_url=user.avatar_url, roles=roles)


def _request_view(ticket: Ticket, call: Call) -> OfficeRequestView:
    return OfficeRequestView(status=_shown_status(ticket, call), browser=ticket.browser, expires_at=ticket.valid_until)


def _shown_status(ticket: Ticket, call: Call) -> ShownStatus:
    over = call.now >= ticket.valid_until or ticket.status is TicketStatus.USED
    return "expired" if over else _SHOWN[ticket.status]
