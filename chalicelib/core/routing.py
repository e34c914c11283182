"""Chalice knows every route at once; the module behind a route is loaded by its first request.

A process needs the schemas and use cases of what it is asked for, not of everything, and somebody waits for a cold one.
``chalicelib/routes.py`` is generated from the ``@api.route`` declarations, which stay the one place to write them.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from chalice import Blueprint, Response

from chalicelib.core import http
from chalicelib.routes import ROUTES

bp = Blueprint(__name__)


def _view(module: str, method: str, path: str) -> Callable[..., Response]:
    def view(**path_values: str) -> Response:
        return http.serve(module, method, path, bp.current_request, path_values)

    return view


for _module, _routes in ROUTES.items():
    for _method, _path, _content_type in map(str.split, _routes):
        _options = {"methods": [_method], "name": f"{_method} {_path}", "content_types": [_content_type]}
        bp.route(_path, **_options)(_view(_module, _method, _path))


def load_all() -> None:
    """Import every module that has routes."""
    for module in ROUTES:
        import_module(module)
