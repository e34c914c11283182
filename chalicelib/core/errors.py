"""What can go wrong for a caller.

::

    Problem
    ├── InvalidInput      the request itself is wrong; ``detail`` names the fields
    ├── NotSignedIn       no session, or it is no longer valid
    ├── Forbidden         signed in, but not allowed
    ├── NotFound          there is no such thing, or it is somebody else's
    ├── Conflict          the state does not allow it (any more)
    ├── RateLimited       too often; try later
    └── Unavailable       we or a peer cannot answer now; nothing is lost, repeat it

A problem carries a stable ``code`` and values for its text. The Chinese text stands in the domain's text table, and only
the HTTP endpoint knows status numbers.
"""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """Base of everything a caller is told. ``values`` fill the placeholders of the text of ``code``."""

    def __init__(self, code: str, *, detail: Any = None, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.values = values


class InvalidInput(Problem):
    """The request does not make sense; repeating it will not help."""

    @classmethod
    def of_field(cls, field: str, message: str, *, code: str = "") -> InvalidInput:
        """One wrong field with its own Chinese message, and a stable code of its own where programs care which it is."""
        named = {"code": code} if code else {}
        return cls("invalid_input", detail=[{"field": field, "message": message, **named}])


class NotSignedIn(Problem):
    """No valid session."""


class Forbidden(Problem):
    """The user is known and may not do this."""


class NotFound(Problem):
    """Does not exist for this user: somebody else's object answers the same as a missing one."""

    def __init__(self, code: str = "not_found", **values: str | int) -> None:
        super().__init__(code, **values)


class Conflict(Problem):
    """The thing is in a state that does not allow this."""


class RateLimited(Problem):
    """The caller does this too often."""


class Unavailable(Problem):
    """Nobody's fault here: repeat it in a moment. The outcome of a write may be unknown; writes are safe to repeat."""

    def __init__(self, code: str = "temporarily_unavailable", **values: str | int) -> None:
        super().__init__(code, **values)
