"""Writes chalicelib/routes.py and docs/openapi.json from the routes: `python -m sandbox.openapi`. Tests compare them."""

import json
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ROOT / "chalicelib"
INDEX = PRODUCT / "routes.py"
DOCUMENT = ROOT / "docs" / "openapi.json"
HEAD = '''\
"""Which module answers which request, with the content type it takes. Written by `make openapi`, never by hand."""

ROUTES: dict[str, list[str]] = {
'''


def load_apis() -> None:
    """Import every module that may have routes, known to the index or not."""
    for path in sorted(PRODUCT.rglob("*api.py")):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def index() -> str:
    """The text of ``chalicelib/routes.py`` for the modules that are loaded."""
    from chalicelib.core.http import ENDPOINTS

    modules: dict[str, list[str]] = {}
    for (method, path), endpoint in sorted(ENDPOINTS.items(), key=lambda item: (item[0][1], item[0][0])):
        content_type = "application/json" if endpoint.route.body else "*/*"
        modules.setdefault(endpoint.route.module, []).append(f"{method} {path} {content_type}")
    return HEAD + "".join(_entry(module, routes) for module, routes in sorted(modules.items())) + "}\n"


def _entry(module: str, routes: list[str]) -> str:
    lines = "".join(f'        "{route}",\n' for route in routes)
    return f'    "{module}": [\n{lines}    ],\n'


def main() -> None:
    """Write both."""
    load_apis()
    INDEX.write_text(index())
    from chalicelib.core.openapi import document

    DOCUMENT.write_text(json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    for written in (INDEX, DOCUMENT):
        print(f"wrote {written.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
