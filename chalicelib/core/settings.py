"""Settings of this deployment, read once from the environment and validated; secrets come from SSM on first use.

A plain dataclass and not pydantic: the queue workers import this module and have an import budget.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.core.notices.model import Notice
from chalicelib.core.opening import ALWAYS_OPEN, OpeningError, OpeningHours, read_opening_hours

TABLES = ("account", "audit", "canteen", "channel", "logistics", "outbox", "visitor")
PEERS = ("canteen", "export", "gate", "le", "park", "pay", "wechat")


_DOMAIN_FILE = re.compile(r"MP_verify_[A-Za-z0-9]{16}\.txt", re.ASCII)
_OLD_ACCOUNT = re.compile(r"(wx[0-9a-f]{16})/(gh_[0-9a-z]{4,32})", re.ASCII)
OLD_ACCOUNTS = ("canteen", "logistics")
_DOMAIN_PROOF = re.compile(r"[A-Za-z0-9]{16}", re.ASCII)


class SettingsError(ValueError):
    """The environment is incomplete or wrong; the message lists every problem at once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between deployments and is not secret. Durations in seconds."""

    stage: str
    region: str
    public_base_url: str
    """Scheme and host of the product as users see it, without a trailing slash."""
    parameter_prefix: str
    tables: Mapping[str, str]
    """Domain name → table name."""
    queue_urls: Mapping[str, str]
    """Peer name → URL of its FIFO queue."""
    wechat_app_id: str
    wechat_api_base_url: str
    wechat_open_base_url: str
    wechat_js_sdk_url: str
    """The JS-SDK's script; the only foreign script the H5 pages may load."""
    wechat_callback_mode: str
    """How the account's messages come: ``plain``, ``compatible`` (both, while it is being switched) or ``safe``."""
    gate_base_url: str
    gate_privilege_group_ids: tuple[str, ...]
    gate_rights_path: str
    """Interface that tells how far a visit's rights have come: not public, to be agreed with the site's integrator."""
    gate_reading_interval: int
    """Pause between two readings of an unknown or unfinished result at the gate platform (peers.md A7)."""
    export_bucket: str
    """Private bucket of files that staff export; they live in it for a day."""
    visits_per_day: int
    """Reservations a user may submit a day: more is a mistake or abuse."""
    host_searches_per_day: int
    """How often a user may look somebody of the plant up a day: more is somebody reading out the register."""
    personal_data_days: int
    """How long after a visit it is kept who came, and how long a saved visitor nobody uses."""
    photo_bucket: str
    """Private bucket of face photos."""
    photo_upload_origin: str
    """Scheme and host to which browsers upload them."""
    frame_ancestors: str
    cookie_secure: bool
    outbox_retry_base: int
    outbox_retry_cap: int
    log_level: str
    le_base_url: str
    """The plant's logistics system (docs/integrators/le.md)."""
    le_client_id: str
    mes_base_url: str
    """The tank farm's system (docs/integrators/mes.md)."""
    mes_client_id: str
    site_code: str
    """Which of the company's sites this is, as LE and MES call it."""
    canteen_base_url: str
    """The canteen's card system (docs/integrators/canteen.md), or the platform it is part of."""
    canteen_client_id: str
    """Our name there: the client id of the contract, the AppKey of an iSecure Center."""
    wechat_pay_merchant_id: str
    wechat_pay_certificate_serial: str
    """Serial of our own merchant API certificate, upper-case hex."""
    sms_app_id: str
    sms_sign_name: str
    """The approved signature in front of every message."""
    sms_template_id: str
    """Of the text with a code and its minutes."""
    canteen_flavour: str = "house"
    """``house``: the contract we propose; ``isc``: iSecure Center's own canteen service."""
    canteen_contact: str = "食堂卡务"
    """Whom a diner calls when nothing else helps, as shown in refusals."""
    wechat_pay_base_url: str = "https://api.mch.weixin.qq.com"
    wechat_pay_public_key_id: str = ""
    """``PUB_KEY_ID_…`` of WeChat Pay's public key; empty: answers are signed by platform certificates."""
    sms_base_url: str = "https://sms.tencentcloudapi.com"
    sms_region: str = "ap-guangzhou"
    codes_per_phone: int = 5
    """SMS codes a phone may be sent a day …"""
    codes_per_user: int = 10
    """… a WeChat user may ask for a day …"""
    codes_per_address: int = 20
    """… and a network address an hour."""
    top_up_minimum: int = 1000
    """Fen of one top-up, at least …"""
    top_up_maximum: int = 50000
    """… and at most."""
    top_up_daily: int = 100000
    """Fen a card account may be topped up with on a day."""
    refund_alone: int = 10000
    """Fen up to which one canteen administrator refunds alone; above it a second one confirms."""
    registrations_per_day: int = 20
    """Registrations a user may make a day: more is a mistake or abuse."""
    stock_max_age: int = 600
    """A tank that was measured longer ago does not count."""
    stock_settle: int = 60
    """How long after the weighing a tank must have been measured to contain what the truck took."""
    sign_off_tolerance: int = 3
    """Difference to the net weight, in thousandths, above which a signature needs a reason."""
    logistics_contact: str = "物流室"
    """Whom a driver calls when nothing else helps, as shown in refusals."""
    wechat_mini_program_app_id: str = ""
    """Appid of a mini program that shows some of our pages; empty when there is none."""
    wechat_mini_program_pages: Mapping[str, str] = field(default_factory=dict)
    """Our page → the mini program's page path, for menu buttons that should open there."""
    wechat_domain_files: Mapping[str, str] = field(default_factory=dict)
    """Name of a file at the root of our domain → its text, by which WeChat sees that the domain is ours."""
    wechat_templates: Mapping[str, str] = field(default_factory=dict)
    """Notice → id of its template in the account; a notice that is not named is switched off."""
    visiting_hours: OpeningHours = ALWAYS_OPEN
    """When visits may begin and end."""
    wechat_old_accounts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Old account that moves into this one (``canteen``, ``logistics``) → its appid and its raw id."""
    park_base_url: str = ""
    """The park committee's platform; empty switches it off: nothing is queued and nothing shown."""
    park_client_id: str = ""
    park_enterprise_code: str = ""
    park_area: tuple[str, ...] = ()
    """The park's gates visitors may use; empty leaves them to the park."""
    park_required: bool = False
    """A visit is ready only once the park has accepted it, too."""
    park_reading_interval: int = 600
    """Pause between two questions after a visit the park has not decided; its messages normally come first."""
    gate_rights_again_path: str = "/api/visitor/v1/auth/download/again"
    """Interface that sends failed rights once more; as little public as the one that tells of them."""
    gate_exit_devices: tuple[str, ...] = ()
    """Codes of the devices by which people leave; a passage at any other is an entry."""
    gate_events_base_url: str = ""
    """Where the platform sends its events: a relay in the plant's network; empty is the public address itself."""
    check_out_hour: int = 23
    """When, on the plant's clock, whoever should have left and is not known to have is signed out."""


class _Reader:
    """Collects every problem of the environment before complaining."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        value = self._environment.get(name, "").strip() or default
        if value is None:
            self.problems.append(f"{name} is missing")
            return ""
        return value

    def url(self, name: str, default: str | None = None) -> str:
        value = self.text(name, default).rstrip("/")
        if value and not value.startswith(("http://", "https://")):
            self.problems.append(f"{name} must start with http:// or https://")
        return value

    def queues(self, name: str) -> dict[str, str]:
        """Every peer's queue from what their addresses have in common."""
        prefix = self.url(name)
        return {peer: f"{prefix}{peer}.fifo" for peer in PEERS}

    def positive(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isdigit() or int(value) < 1:
            self.problems.append(f"{name} must be a positive whole number")
            return default
        return int(value)

    def hour(self, name: str, default: int) -> int:
        value = self.text(name, str(default))
        if not value.isdigit() or int(value) > 23:
            self.problems.append(f"{name} must be an hour from 0 to 23")
            return default
        return int(value)

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "true" if default else "false").lower()
        if value not in ("true", "false"):
            self.problems.append(f"{name} must be true or false")
        return value == "true"

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.text(name, default)
        if value not in allowed:
            self.problems.append(f"{name} must be one of {', '.join(allowed)}")
        return value

    def names(self, name: str, default: str | None = None) -> tuple[str, ...]:
        return tuple(part.strip() for part in self.text(name, default).split(",") if part.strip())

    def with_park(self, name: str) -> str:
        """Needed as soon as there is a park."""
        return self.text(name, None if self._environment.get("PARK_BASE_URL", "").strip() else "")

    def domain_files(self, name: str) -> dict[str, str]:
        """``MP_verify_<16 characters>.txt=<16 characters>,…``, as downloaded from the account's settings."""
        found = self.pairs(name)
        if not all(_DOMAIN_FILE.fullmatch(file) and _DOMAIN_PROOF.fullmatch(text) for file, text in found.items()):
            self.problems.append(f"{name} must be pairs like MP_verify_0123456789abcdef.txt=0123456789abcdef")
        return found

    def templates(self, name: str) -> dict[str, str]:
        """``visit_approved+visit_refused=<template id>,…``; a name that is no notice would be switched off unseen.

        Notices share templates, and a function's environment holds four kilobytes.
        """
        found = {notice: template for names, template in self.pairs(name).items() for notice in names.split("+")}
        unknown = sorted(set(found) - {notice.value for notice in Notice})
        if unknown:
            self.problems.append(f"{name} names unknown notices: {', '.join(unknown)}")
        return found

    def opening_hours(self, name: str) -> OpeningHours:
        try:
            return read_opening_hours(self.text(name, ""))
        except OpeningError as error:
            self.problems.append(f"{name}: {error}")
            return ALWAYS_OPEN

    def mini_program_pages(self, name: str) -> dict[str, str]:
        """``/canteen=pages/canteen/index,…``: our page → the mini program's; there must be a mini program."""
        found = self.pairs(name)
        if found and not self._environment.get("WECHAT_MINI_PROGRAM_APP_ID", "").strip():
            self.problems.append(f"{name} needs WECHAT_MINI_PROGRAM_APP_ID")
        if not all(page.startswith("/") for page in found):
            self.problems.append(f"{name} must name our pages from their /")
        return found

    def old_accounts(self, name: str) -> dict[str, tuple[str, str]]:
        """``canteen=<appid>/<raw id>,logistics=…``."""
        found = {}
        for key, value in self.pairs(name).items():
            ids = _OLD_ACCOUNT.fullmatch(value)
            if ids and key in OLD_ACCOUNTS:
                found[key] = (ids[1], ids[2])
            else:
                self.problems.append(f"{name} must be pairs like canteen=wx0123456789abcdef/gh_0123456789ab")
        return found

    def code_limits(self, name: str) -> dict[str, int]:
        """``5/10/20``: for a phone a day, a user a day, an address an hour."""
        parts = self.text(name, "5/10/20").split("/")
        if len(parts) != 3 or not all(part.isdigit() and int(part) > 0 for part in parts):
            self.problems.append(f"{name} must be three whole numbers like 5/10/20")
            return {}
        names = ("codes_per_phone", "codes_per_user", "codes_per_address")
        return dict(zip(names, map(int, parts), strict=True))

    def pairs(self, name: str) -> dict[str, str]:
        """``/canteen=pages/canteen/index,/logistics=…``; absent means none."""
        found = {}
        for part in (part.strip() for part in self.text(name, "").split(",")):
            key, separator, value = part.partition("=")
            if separator and key and value:
                found[key] = value
            elif part:
                self.problems.append(f"{name} must be pairs like name=value, separated by commas")
        return found


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; raises :class:`SettingsError` naming every missing or wrong one."""
    reader = _Reader(environment)
    settings = Settings(
        stage=reader.text("STAGE"),
        region=reader.text("AWS_REGION", environment.get("AWS_DEFAULT_REGION")),
        public_base_url=reader.url("PUBLIC_BASE_URL"),
        parameter_prefix=reader.text("PARAMETER_PREFIX").rstrip("/"),
        tables={name: reader.text(f"TABLE_{name.upper()}") for name in TABLES},
        queue_urls=reader.queues("QUEUE_URL_PREFIX"),
        wechat_app_id=reader.text("WECHAT_APP_ID"),
        wechat_api_base_url=reader.url("WECHAT_API_BASE_URL"),
        wechat_open_base_url=reader.url("WECHAT_OPEN_BASE_URL"),
        wechat_js_sdk_url=reader.url("WECHAT_JS_SDK_URL", "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"),
        wechat_callback_mode=reader.choice("WECHAT_CALLBACK_MODE", "safe", ("plain", "compatible", "safe")),
        gate_base_url=reader.url("GATE_BASE_URL"),
        gate_privilege_group_ids=reader.names("GATE_PRIVILEGE_GROUP_IDS"),
        gate_rights_path=reader.text("GATE_RIGHTS_PATH", "/api/visitor/v1/auth/download/result"),
        gate_reading_interval=reader.positive("GATE_READING_INTERVAL_SECONDS", 20),
        export_bucket=reader.text("EXPORT_BUCKET"),
        visits_per_day=reader.positive("VISITS_PER_DAY", 20),
        host_searches_per_day=reader.positive("HOST_SEARCHES_PER_DAY", 30),
        personal_data_days=reader.positive("PERSONAL_DATA_DAYS", 180),
        photo_bucket=reader.text("PHOTO_BUCKET"),
        photo_upload_origin=reader.url("PHOTO_UPLOAD_ORIGIN"),
        frame_ancestors=reader.text("FRAME_ANCESTORS", "'none'"),
        cookie_secure=reader.flag("COOKIE_SECURE", True),
        outbox_retry_base=reader.positive("OUTBOX_RETRY_BASE_SECONDS", 20),
        outbox_retry_cap=reader.positive("OUTBOX_RETRY_CAP_SECONDS", 900),
        log_level=reader.text("LOG_LEVEL", "INFO").upper(),
        le_base_url=reader.url("LE_BASE_URL"),
        le_client_id=reader.text("LE_CLIENT_ID"),
        mes_base_url=reader.url("MES_BASE_URL"),
        mes_client_id=reader.text("MES_CLIENT_ID"),
        site_code=reader.text("SITE_CODE"),
        canteen_base_url=reader.url("CANTEEN_BASE_URL"),
        canteen_client_id=reader.text("CANTEEN_CLIENT_ID"),
        wechat_pay_merchant_id=reader.text("WECHAT_PAY_MERCHANT_ID"),
        wechat_pay_certificate_serial=reader.text("WECHAT_PAY_CERTIFICATE_SERIAL").upper(),
        sms_app_id=reader.text("SMS_APP_ID"),
        sms_sign_name=reader.text("SMS_SIGN_NAME"),
        sms_template_id=reader.text("SMS_TEMPLATE_ID"),
        canteen_flavour=reader.choice("CANTEEN_FLAVOUR", "house", ("house", "isc")),
        canteen_contact=reader.text("CANTEEN_CONTACT", "食堂卡务"),
        wechat_pay_base_url=reader.url("WECHAT_PAY_BASE_URL", "https://api.mch.weixin.qq.com"),
        wechat_pay_public_key_id=reader.text("WECHAT_PAY_PUBLIC_KEY_ID", ""),
        sms_base_url=reader.url("SMS_BASE_URL", "https://sms.tencentcloudapi.com"),
        sms_region=reader.text("SMS_REGION", "ap-guangzhou"),
        **reader.code_limits("CODE_LIMITS"),
        top_up_minimum=reader.positive("TOP_UP_MINIMUM_FEN", 1000),
        top_up_maximum=reader.positive("TOP_UP_MAXIMUM_FEN", 50000),
        top_up_daily=reader.positive("TOP_UP_DAILY_FEN", 100000),
        refund_alone=reader.positive("REFUND_ALONE_FEN", 10000),
        registrations_per_day=reader.positive("REGISTRATIONS_PER_DAY", 20),
        stock_max_age=reader.positive("STOCK_MAX_AGE_SECONDS", 600),
        stock_settle=reader.positive("STOCK_SETTLE_SECONDS", 60),
        sign_off_tolerance=reader.positive("SIGN_OFF_TOLERANCE_PER_MILLE", 3),
        logistics_contact=reader.text("LOGISTICS_CONTACT", "物流室"),
        wechat_mini_program_app_id=reader.text("WECHAT_MINI_PROGRAM_APP_ID", ""),
        wechat_mini_program_pages=reader.mini_program_pages("WECHAT_MINI_PROGRAM_PAGES"),
        wechat_domain_files=reader.domain_files("WECHAT_DOMAIN_FILES"),
        wechat_templates=reader.templates("WECHAT_TEMPLATES"),
        visiting_hours=reader.opening_hours("VISITING_HOURS"),
        wechat_old_accounts=reader.old_accounts("WECHAT_OLD_ACCOUNTS"),
        park_base_url=reader.url("PARK_BASE_URL", ""),
        park_client_id=reader.with_park("PARK_CLIENT_ID"),
        park_enterprise_code=reader.with_park("PARK_ENTERPRISE_CODE"),
        park_area=reader.names("PARK_AREA", ""),
        park_required=reader.flag("PARK_REQUIRED", False),
        park_reading_interval=reader.positive("PARK_READING_INTERVAL_SECONDS", 600),
        gate_rights_again_path=reader.text("GATE_RIGHTS_AGAIN_PATH", "/api/visitor/v1/auth/download/again"),
        gate_exit_devices=reader.names("GATE_EXIT_DEVICES", ""),
        gate_events_base_url=reader.url("GATE_EVENTS_BASE_URL", ""),
        check_out_hour=reader.hour("CHECK_OUT_HOUR", 23),
    )
    if reader.problems:
        raise SettingsError("; ".join(reader.problems))
    return settings
