"""The Chalice app: registers the blueprints, nothing else."""

from __future__ import annotations

from chalice import Chalice

from chalicelib.core import http, openapi, pages
from chalicelib.core import workers as core_workers
from chalicelib.core.outbox import api as outbox_api
from chalicelib.domains.account import api as account_api
from chalicelib.domains.account import store as accounts
from chalicelib.domains.account import workers as account_workers
from chalicelib.domains.account.audit import api as audit_api
from chalicelib.domains.account.erasure import add_profile_erasure
from chalicelib.domains.account.principals import find_principal
from chalicelib.domains.account.users import api as users_api
from chalicelib.domains.channel import api as channel_api
from chalicelib.domains.channel import workers as channel_workers
from chalicelib.domains.channel.callback import service as callback
from chalicelib.domains.channel.deliveries import api as deliveries_api
from chalicelib.domains.channel.js_sdk import api as js_sdk_api
from chalicelib.domains.channel.menus import api as menu_api
from chalicelib.domains.channel.migration import api as migration_api
from chalicelib.domains.channel.migration import history
from chalicelib.domains.channel.migration import workers as migration_workers
from chalicelib.domains.channel.migration.imports import api as imports_api
from chalicelib.domains.channel.news import api as news_api
from chalicelib.domains.logistics import workers as logistics_workers
from chalicelib.domains.logistics.archive import api as archive_api
from chalicelib.domains.logistics.archive import office_api as office_archive_api
from chalicelib.domains.logistics.lanes import api as lanes_api
from chalicelib.domains.logistics.lanes import office_api as office_lanes_api
from chalicelib.domains.logistics.orders import api as orders_api
from chalicelib.domains.logistics.registrations import api as registrations_api
from chalicelib.domains.logistics.registrations import events_api as le_events_api
from chalicelib.domains.logistics.registrations import office_api as office_registrations_api
from chalicelib.domains.logistics.reports import api as reports_api
from chalicelib.domains.logistics.reports import office_api as office_reports_api
from chalicelib.domains.logistics.stock import api as products_api
from chalicelib.domains.logistics.stock import history as product_history
from chalicelib.domains.logistics.stock import office_api as office_stock_api
from chalicelib.domains.visitor import api as visitor_api
from chalicelib.domains.visitor import workers as visitor_workers
from chalicelib.domains.visitor.blocked import api as blocked_api
from chalicelib.domains.visitor.changing import api as changing_api
from chalicelib.domains.visitor.hosts import api as hosts_api
from chalicelib.domains.visitor.park import api as park_api
from chalicelib.domains.visitor.party import api as party_api
from chalicelib.domains.visitor.passages import api as passages_api
from chalicelib.domains.visitor.privacy import api as privacy_api

app = Chalice(app_name="campus")
http.identify_with(find_principal)
callback.erase_with(add_profile_erasure, history.add_forgetting)
deliveries_api.name_with(accounts.find_nicknames)
product_history.name_with(accounts.find_nicknames)
history.find_users_with(accounts.find_user_id)

for blueprint in (
    openapi.bp,
    pages.bp,
    account_api.bp,
    users_api.bp,
    audit_api.bp,
    channel_api.bp,
    deliveries_api.bp,
    menu_api.bp,
    js_sdk_api.bp,
    news_api.bp,
    migration_api.bp,
    imports_api.bp,
    visitor_api.bp,
    hosts_api.bp,
    party_api.bp,
    changing_api.bp,
    blocked_api.bp,
    privacy_api.bp,
    park_api.bp,
    passages_api.bp,
    products_api.bp,
    office_stock_api.bp,
    registrations_api.bp,
    office_registrations_api.bp,
    le_events_api.bp,
    archive_api.bp,
    office_archive_api.bp,
    reports_api.bp,
    office_reports_api.bp,
    orders_api.bp,
    lanes_api.bp,
    office_lanes_api.bp,
    outbox_api.bp,
    core_workers.bp,
    account_workers.bp,
    channel_workers.bp,
    migration_workers.bp,
    visitor_workers.bp,
    logistics_workers.bp,
):
    app.register_blueprint(blueprint)
