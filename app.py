"""The Chalice app: registers the blueprints, nothing else."""

from __future__ import annotations

from chalice import Chalice

from chalicelib.core import http, pages, routing
from chalicelib.core import workers as core_workers
from chalicelib.domains.account import workers as account_workers
from chalicelib.domains.account.principals import find_principal
from chalicelib.domains.canteen import workers as canteen_workers
from chalicelib.domains.channel import workers as channel_workers
from chalicelib.domains.channel.migration import workers as migration_workers
from chalicelib.domains.logistics import workers as logistics_workers
from chalicelib.domains.visitor import workers as visitor_workers

app = Chalice(app_name="campus")
http.identify_with(find_principal)

for blueprint in (
    routing.bp,
    pages.bp,
    core_workers.bp,
    account_workers.bp,
    canteen_workers.bp,
    channel_workers.bp,
    migration_workers.bp,
    visitor_workers.bp,
    logistics_workers.bp,
):
    app.register_blueprint(blueprint)
