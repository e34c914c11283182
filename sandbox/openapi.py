"""Writes docs/openapi.json from the routes: `python -m sandbox.openapi`. A test compares the two."""

import json
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def main() -> None:
    """Import the app, so that every route is registered, and write the document."""
    import app  # noqa: F401 - registers the routes
    from chalicelib.core.openapi import document

    TARGET.write_text(json.dumps(document(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    print(f"wrote {TARGET}")


if __name__ == "__main__":
    main()
