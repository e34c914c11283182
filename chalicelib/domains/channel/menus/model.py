"""A menu in the project's own terms, its rules field by field, and the life of a publication. Standard library only.

WeChat knows no versions: the last ``menu/create`` counts, whoever sent it. So a publication is claimed first::

    published ──claim──▶ published + claim ──commit──▶ published (next version)
                             │   ▲ release (WeChat has certainly not taken it)
                             └───┘
                         the process died, or WeChat's answer was lost: whoever comes next reads WeChat's menu back;
                         it is the claimed one → commit, it is another → release
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

TOP_ENTRIES = 3
SUB_ENTRIES = 5
TOP_NAME_BYTES = 16
SUB_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024
"""WeChat's limits, in bytes of UTF-8 (wechat.md A4). `web/src/admin/accountMenu/rules.ts` has the same rules, and both have the
same cases: `tests/data/menu_rules.json`."""
LEASE = timedelta(seconds=45)
"""Longer than a function that publishes may live (30 s): a claim that is over belongs to a process that is gone."""

Button = dict[str, Any]


class Target(StrEnum):
    """What a button does."""

    PAGE = "page"
    """Opens a page of ours."""
    MINI_PROGRAM = "mini_program"
    """Opens the mini program's page that stands for a page of ours, which is the fallback."""
    CLICK = "click"
    """Asks the account something; it answers in the chat."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A button with its target, or a list of such buttons."""

    name: str
    page: str = ""
    """Path below the public address."""
    entries: tuple[Entry, ...] = ()
    target: Target = Target.PAGE
    key: str = ""
    """What ``CLICK`` asks."""


Entries = tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of this deployment a menu may lead to."""

    base_url: str
    pages: Mapping[str, str]
    """Path → title of the pages that may be chosen."""
    mini_program: str = ""
    """Its appid."""
    mini_program_pages: Mapping[str, str] = field(default_factory=dict)
    """Our path → the mini program's page path."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A publication under way: who, what, until when nobody else may."""

    owner: str
    until: datetime
    entries: Entries | None
    """``None``: the project's own menu."""
    actor: str
    actor_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """What was published last. Version 0 without ``entries``: nobody has changed the project's menu yet."""

    version: int = 0
    entries: Entries | None = None
    published_at: datetime | None = None
    actor: str = ""
    actor_name: str = ""
    claim: Claim | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a field (``entries.1.entries.0.name``), in Chinese."""

    field: str
    message: str


def by_default(menu: Entries, around: Surroundings) -> Entries:
    """The project's menu here: a page the mini program shows, too, opens there."""
    return tuple(_in_mini_program(entry, around) for entry in menu)


def _in_mini_program(entry: Entry, around: Surroundings) -> Entry:
    if entry.entries:
        return Entry(entry.name, entries=by_default(entry.entries, around))
    shown = entry.target is Target.PAGE and entry.page in around.mini_program_pages
    return Entry(entry.name, entry.page, target=Target.MINI_PROGRAM) if shown else entry


def buttons_of(entries: Entries, around: Surroundings) -> list[Button]:
    """The buttons as WeChat wants them. A mini program's page that is no longer configured opens ours."""
    return [_button(entry, around) for entry in entries]


def _button(entry: Entry, around: Surroundings) -> Button:
    if entry.entries:
        return {"name": entry.name, "sub_button": buttons_of(entry.entries, around)}
    if entry.target is Target.CLICK:
        return {"type": "click", "name": entry.name, "key": entry.key}
    url = around.base_url + entry.page
    path = around.mini_program_pages.get(entry.page, "")
    if entry.target is Target.MINI_PROGRAM and path:
        return {
            "type": "miniprogram",
            "name": entry.name,
            "url": url,
            "appid": around.mini_program,
            "pagepath": path,
        }
    return {"type": "view", "name": entry.name, "url": url}


def problems_of(entries: Entries, around: Surroundings) -> list[Problem]:
    """Every field that breaks a rule, in the order of the form."""
    found = []
    if not 1 <= len(entries) <= TOP_ENTRIES:
        found.append(Problem("entries", f"须有 1 到 {TOP_ENTRIES} 个一级菜单，现有 {len(entries)} 个"))
    for number, entry in enumerate(entries):
        found += _top_problems(f"entries.{number}", entry, around)
    return found


def _top_problems(place: str, entry: Entry, around: Surroundings) -> Iterator[Problem]:
    yield from _name_problems(place, entry, TOP_NAME_BYTES)
    if not entry.entries:
        yield from _target_problems(place, entry, around)
    if len(entry.entries) > SUB_ENTRIES:
        yield Problem(f"{place}.entries", f"最多 {SUB_ENTRIES} 个子菜单，现有 {len(entry.entries)} 个")
    for number, child in enumerate(entry.entries):
        inner = f"{place}.entries.{number}"
        yield from _name_problems(inner, child, SUB_NAME_BYTES)
        yield from _target_problems(inner, child, around)


def _name_problems(place: str, entry: Entry, limit: int) -> Iterator[Problem]:
    if not entry.name.strip():
        yield Problem(f"{place}.name", "请填写名称")
    elif (length := size_of(entry.name)) > limit:
        yield Problem(f"{place}.name", f"最多 {limit} 字节（{limit // 3} 个汉字），现为 {length} 字节")


def _target_problems(place: str, entry: Entry, around: Surroundings) -> Iterator[Problem]:
    if entry.target is Target.CLICK:
        yield from _key_problems(place, entry.key)
    elif entry.page not in around.pages:
        yield Problem(f"{place}.page", "请选择要打开的页面")
    elif entry.target is Target.MINI_PROGRAM and entry.page not in around.mini_program_pages:
        yield Problem(f"{place}.page", "这个页面没有配置小程序页面，请改为打开网页")
    elif (length := size_of(around.base_url + entry.page)) > URL_BYTES:
        yield Problem(f"{place}.page", f"链接最多 {URL_BYTES} 字节，现为 {length} 字节")


def _key_problems(place: str, key: str) -> Iterator[Problem]:
    if not key.strip():
        yield Problem(f"{place}.key", "请选择或填写要问的内容")
    elif (length := size_of(key)) > KEY_BYTES:
        yield Problem(f"{place}.key", f"最多 {KEY_BYTES} 字节，现为 {length} 字节")


def size_of(text: str) -> int:
    """Bytes of UTF-8, as WeChat counts."""
    return len(text.encode())


def same_buttons(ours: list[Button], theirs: Any) -> bool:
    """Whether WeChat's menu is ours; WeChat adds empty members, and may add others."""
    return isinstance(theirs, list) and [_essence(button) for button in ours] == [_essence(item) for item in theirs]


def _essence(button: Any) -> Any:
    if not isinstance(button, dict):
        return None
    if button.get("sub_button"):
        return (button.get("name"), [_essence(child) for child in button["sub_button"]])
    return tuple(button.get(name) or "" for name in ("name", "type", "url", "key", "appid", "pagepath"))


def in_words(entries: Entries) -> str:
    """A menu on one line, for the audit log: ``智慧物流→/logistics；访客预约（预约登记→/visitor/reserve）``."""
    return "；".join(_entry_in_words(entry) for entry in entries)


def _entry_in_words(entry: Entry) -> str:
    if entry.entries:
        return f"{entry.name}（{in_words(entry.entries)}）"
    if entry.target is Target.CLICK:
        return f"{entry.name}→问“{entry.key}”"
    return f"{entry.name}→{'小程序 ' if entry.target is Target.MINI_PROGRAM else ''}{entry.page}"


def to_plain(entries: Entries) -> list[dict[str, Any]]:
    """Entries as they are stored and as the API shows them."""
    return [
        {
            "name": entry.name,
            "target": entry.target.value,
            "page": entry.page,
            "key": entry.key,
            "entries": to_plain(entry.entries),
        }
        for entry in entries
    ]


def from_plain(plain: list[dict[str, Any]]) -> Entries:
    """Entries from what :func:`to_plain` made."""
    return tuple(
        Entry(one["name"], one["page"], from_plain(one["entries"]), Target(one["target"]), one["key"]) for one in plain
    )
