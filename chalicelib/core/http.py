"""The HTTP endpoint: pydantic in, pydantic out, one error shape, sessions and roles, request id, OpenAPI registry.

A route declares what it needs and gets a :class:`Call`; it returns a model, or a :class:`Reply` when it sets cookies or
redirects. Chalice turns an exception type it does not know into a 500 before any middleware sees it, so every problem is
mapped here, in :func:`serve`. Chalice learns of the routes in ``routing.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import unquote

from chalice import Response
from pydantic import BaseModel, ValidationError

from chalicelib.core import errors, logs, runtime, session
from chalicelib.core.clock import utc_now
from chalicelib.core.ids import new_id
from chalicelib.core.session import Device, Principal, Role
from chalicelib.core.table import is_store_error
from chalicelib.core.texts import TEXTS
from chalicelib.core.validation import field_problems

MAX_BODY_BYTES = 64 * 1024
_STATUS: dict[type[errors.Problem], int] = {
    errors.InvalidInput: 400,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.RateLimited: 429,
    errors.Unavailable: 503,
}
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may call: nobody in particular, or a session of a device, with one of ``roles`` where given."""

    device: Device | None = None
    roles: frozenset[Role] = frozenset()


PUBLIC = Access()
PHONE = Access(Device.PHONE)
OFFICE = Access(Device.OFFICE)


def phone(*roles: Role) -> Access:
    """A phone session with one of these roles."""
    return Access(Device.PHONE, frozenset(roles))


def office(*roles: Role) -> Access:
    """An office session with one of these roles."""
    return Access(Device.OFFICE, frozenset(roles))


@dataclass(frozen=True, slots=True)
class Call:
    """One request, validated. ``body`` and ``query`` are instances of the models the route declared."""

    now: datetime
    request_id: str
    path: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    query: Any = None
    body: Any = None
    raw_body: bytes = b""
    """What came, unread: for routes that declare ``raw``."""
    principal: Principal | None = None
    session: session.Session | None = None
    address: str = ""
    """Where the request comes from, as API Gateway saw it itself: what a client writes into a header is not believed."""

    @property
    def user(self) -> Principal:
        """Who is calling; only for routes that ask for a session."""
        if self.principal is None:
            raise errors.NotSignedIn("not_signed_in")
        return self.principal


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with more than a body."""

    body: BaseModel | str | None = None
    status: int = 200
    cookies: list[str] = field(default_factory=list)
    location: str | None = None
    content_type: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Route:
    """What the OpenAPI document says of one endpoint."""

    method: str
    path: str
    summary: str
    tag: str
    access: Access
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int
    name: str
    module: str
    raw: bool = False


Function = Callable[[Call], BaseModel | Reply | None]
_Function = TypeVar("_Function", bound=Function)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route, what answers it, and the texts of the problems it may have."""

    route: Route
    function: Function
    texts: Mapping[str, str]


ENDPOINTS: dict[tuple[str, str], Endpoint] = {}
"""By method and path: those of the modules that are loaded."""
_identify: list[Callable[[str], Principal | None]] = []


def identify_with(find_principal: Callable[[str], Principal | None]) -> None:
    """Tell the endpoint how to read a user; ``app.py`` wires the account domain in here."""
    _identify[:] = [find_principal]


class Api:
    """The endpoints of one module."""

    def __init__(self, module: str, tag: str, texts: Mapping[str, str]) -> None:
        self._module = module
        self._tag = tag
        self._texts = {**TEXTS, **texts}

    def route(
        self,
        method: str,
        path: str,
        *,
        summary: str,
        access: Access,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        answer: type[BaseModel] | None = None,
        status: int = 200,
        raw: bool = False,
    ) -> Callable[[_Function], _Function]:
        """Register an endpoint; the function gets a :class:`Call`. ``raw``: its body is not JSON, and is handed over."""

        def register(function: _Function) -> _Function:
            route = Route(
                method,
                path,
                summary,
                self._tag,
                access,
                body,
                query,
                answer,
                status,
                f"{self._tag}_{function.__name__}",
                self._module,
                raw,
            )
            if (method, path) in ENDPOINTS:
                raise ValueError(f"{method} {path} is declared twice")
            ENDPOINTS[method, path] = Endpoint(route, function, self._texts)
            return function

        return register


def serve(module: str, method: str, path: str, request: Any, path_values: Mapping[str, str]) -> Response:
    """Answer a request for an endpoint of ``module``, which is imported by the first one."""
    logs.configure(runtime.settings().log_level)
    now = utc_now()
    request_id = str(request.context.get("requestId") or new_id(now))
    logs.request_id.set(request_id)
    texts: Mapping[str, str] = TEXTS
    try:
        import_module(module)
        endpoint = ENDPOINTS[method, path]
        texts = endpoint.texts
        result = endpoint.function(_read_call(endpoint.route, request, path_values, now, request_id))
        response = _respond(result, endpoint.route.status)
    except errors.Problem as problem:
        response = problem_response(problem, texts)
    except Exception as error:
        response = _unexpected(error, texts)
    response.headers["X-Request-Id"] = request_id
    seconds = (utc_now() - now).total_seconds()
    logs.log_event("request", route=f"{method} {path}", status=response.status_code, milliseconds=round(seconds * 1000))
    return response


def _unexpected(error: Exception, texts: Mapping[str, str]) -> Response:
    """A database that does not answer is told as such (writes are safe to repeat); the rest is our defect."""
    logs.log_exception("request_failed", error)
    if is_store_error(error):
        return problem_response(errors.Unavailable(), texts)
    return _json_response(500, {"code": "internal_error", "message": texts["internal_error"]})


def _read_call(route: Route, request: Any, path: Mapping[str, str], now: datetime, request_id: str) -> Call:
    headers = {name.lower(): value for name, value in (request.headers or {}).items()}
    cookies = parse_cookies(headers.get("cookie", ""))
    device = route.access.device
    found = _authenticate(route, device, headers, cookies, now) if device else None
    return Call(
        now=now,
        request_id=request_id,
        # the gateway hands a path's variables over as they were sent; nothing we name has a percent sign of its own
        path={name: unquote(value) for name, value in path.items()},
        headers=headers,
        cookies=cookies,
        query=_parse(route.query, _query_values(request)) if route.query else None,
        body=_parse(route.body, _json_body(request)) if route.body else None,
        raw_body=_raw_body(request) if route.raw else b"",
        principal=found[0] if found else None,
        session=found[1] if found else None,
        address=str((request.context.get("identity") or {}).get("sourceIp") or ""),
    )


def _authenticate(
    route: Route, device: Device, headers: Mapping[str, str], cookies: Mapping[str, str], now: datetime
) -> tuple[Principal, session.Session]:
    keys = runtime.secrets().session_keys
    device, token = _presented(device, headers, cookies)
    opened = session.unseal(keys, token, device, now)
    principal = _identify[0](opened.user_id) if opened else None
    if opened is None or principal is None or session.has_ended(opened, principal):
        raise errors.NotSignedIn("not_signed_in")
    if principal.disabled:
        raise errors.Forbidden("account_disabled")
    if route.method in _WRITES and device in session.COOKIE and not _csrf_ok(keys, opened, headers):
        raise errors.Forbidden("csrf_token_invalid")
    if not principal.may(route.access.roles):
        raise errors.Forbidden("forbidden")
    return principal, opened


def _presented(device: Device, headers: Mapping[str, str], cookies: Mapping[str, str]) -> tuple[Device, str]:
    """The session a request brings: the device's cookie, or, for the phone's routes, a mini program's bearer token.

    No other site's page can make a browser send a bearer token, so it needs no CSRF token. Both at once come from no
    client of ours and would leave open who is meant: refused.
    """
    cookie = cookies.get(session.COOKIE[device], "")
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if device is not Device.PHONE or scheme.lower() != "bearer":
        return device, cookie
    if cookie:
        raise errors.InvalidInput("session_ambiguous")
    return Device.MINI_PROGRAM, bearer.strip()


def _csrf_ok(keys: list[str], opened: session.Session, headers: Mapping[str, str]) -> bool:
    return session.csrf_matches(keys, opened, headers.get("x-csrf-token", ""))


def _query_values(request: Any) -> dict[str, str]:
    return {name: value for name, value in (request.query_params or {}).items() if value != ""}


def _raw_body(request: Any) -> bytes:
    raw: bytes = request.raw_body
    if len(raw) > MAX_BODY_BYTES:
        raise errors.InvalidInput("request_too_large")
    return raw


def _json_body(request: Any) -> Any:
    raw = _raw_body(request)
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise errors.InvalidInput("invalid_json") from None


def _parse(model: type[BaseModel], values: Any) -> BaseModel:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise errors.InvalidInput("invalid_input", detail=field_problems(error)) from None


def _respond(result: BaseModel | Reply | None, status: int) -> Response:
    reply = result if isinstance(result, Reply) else Reply(body=result, status=status)
    headers: dict[str, Any] = {**_HEADERS, **reply.headers}
    if reply.content_type:
        headers["Content-Type"] = reply.content_type
    if reply.cookies:
        headers["Set-Cookie"] = reply.cookies
    if reply.location:
        headers["Location"] = reply.location
    body = reply.body.model_dump_json(by_alias=True) if isinstance(reply.body, BaseModel) else reply.body
    return Response(body=body or "", status_code=reply.status, headers=headers)


def problem_response(problem: errors.Problem, texts: Mapping[str, str]) -> Response:
    """The one error shape: ``{"code", "message", "detail"?}``."""
    status = next(status for kind, status in _STATUS.items() if isinstance(problem, kind))
    content: dict[str, Any] = {"code": problem.code, "message": texts[problem.code].format(**problem.values)}
    if problem.detail is not None:
        content["detail"] = problem.detail
    return _json_response(status, content)


def _json_response(status: int, content: dict[str, Any]) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status_code=status, headers=dict(_HEADERS))


def parse_cookies(header: str) -> dict[str, str]:
    """Cookies of a request; malformed parts are ignored."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, separator, value in pairs if separator}
