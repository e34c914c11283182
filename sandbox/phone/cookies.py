"""One cookie jar per person: each person has their own phone, the browser has only one.

Cookies ignore ports, so this server sees and sets the product's cookies of the same host. `office` belongs to the
desktop browser and is never touched.
"""

from starlette.responses import Response

from sandbox.kit.store import Store

DESKTOP_COOKIES = frozenset(("office",))
KIND = "phone.jar"


def swap(store: Store, seen: dict[str, str], old: str, new: str, response: Response) -> None:
    """Put away the cookies the old person had and bring out those of the new one."""
    of_the_phone = {name: value for name, value in seen.items() if name not in DESKTOP_COOKIES}
    store.put(KIND, old, of_the_phone)
    restored: dict[str, str] = (store.get(KIND, new) or {}) if old != new else of_the_phone
    for name in of_the_phone.keys() - restored.keys():
        response.delete_cookie(name, path="/", httponly=True, samesite="lax")
    for name, value in restored.items():
        if seen.get(name) != value:
            response.set_cookie(name, value, path="/", httponly=True, samesite="lax")
