"""Documents in one SQLite file: the simulators' memory, kept over restarts."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (kind TEXT NOT NULL, key TEXT NOT NULL, doc TEXT NOT NULL, UNIQUE (kind, key));
CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY AUTOINCREMENT, system TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_system ON calls (system, id);
"""

UPSERT = "INSERT INTO documents VALUES (?,?,?) ON CONFLICT (kind, key) DO UPDATE SET doc=excluded.doc"


class Store:
    """A kind/key document table; calls are serialised by one lock, so a handler's steps are never interleaved."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(state_dir / "sandbox.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;" + SCHEMA)

    def close(self) -> None:
        """Close the file; the store cannot be used afterwards."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are kept together or, on an exception, not at all."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def get(self, kind: str, key: str) -> Document | None:
        """One document, None when absent."""
        with self._lock:
            row = self._db.execute("SELECT doc FROM documents WHERE kind=? AND key=?", (kind, key)).fetchone()
        return json.loads(row[0]) if row else None

    def put(self, kind: str, key: str, doc: Document) -> None:
        """Insert or replace; the position in `all` stays that of the first insert."""
        text = json.dumps(doc, ensure_ascii=False)
        with self._lock:
            self._db.execute(UPSERT, (kind, key, text))

    def delete(self, kind: str, key: str) -> bool:
        """True when there was something to delete."""
        with self._lock:
            return self._db.execute("DELETE FROM documents WHERE kind=? AND key=?", (kind, key)).rowcount > 0

    def all(self, kind: str) -> list[Document]:
        """Every document of a kind, oldest first."""
        with self._lock:
            rows = self._db.execute("SELECT doc FROM documents WHERE kind=? ORDER BY rowid", (kind,)).fetchall()
        return [json.loads(row[0]) for row in rows]

    def put_many(self, rows: Iterable[tuple[str, str, Document]]) -> None:
        """Insert or replace many (kind, key, document) at once."""
        texts = ((kind, key, json.dumps(doc, ensure_ascii=False)) for kind, key, doc in rows)
        with self._lock:
            self._db.executemany(UPSERT, texts)

    def after(self, kind: str, key: str, limit: int) -> list[Document]:
        """Documents whose key is greater, in the order of their keys."""
        with self._lock:
            rows = self._db.execute(
                "SELECT doc FROM documents WHERE kind=? AND key>? ORDER BY key LIMIT ?", (kind, key, limit)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def newest(self, kind: str, limit: int) -> list[Document]:
        """Documents with the greatest keys, the greatest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT doc FROM documents WHERE kind=? ORDER BY key DESC LIMIT ?", (kind, limit)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def last(self, kind: str) -> Document | None:
        """The document with the greatest key."""
        return next(iter(self.newest(kind, 1)), None)

    def clear(self, prefix: str = "") -> None:
        """Forget every kind that starts with the prefix."""
        with self._lock:
            self._db.execute("DELETE FROM documents WHERE substr(kind, 1, ?)=?", (len(prefix), prefix))

    def log_call(self, system: str, doc: Document, keep: int = 400) -> None:
        """Append to the call log of a system and drop all but the newest `keep` lines."""
        with self._lock:
            cursor = self._db.execute(
                "INSERT INTO calls (system, doc) VALUES (?,?)", (system, json.dumps(doc, ensure_ascii=False))
            )
            if (cursor.lastrowid or 0) % 50 == 0:
                self._db.execute(
                    "DELETE FROM calls WHERE system=? AND id NOT IN"
                    " (SELECT id FROM calls WHERE system=? ORDER BY id DESC LIMIT ?)",
                    (system, system, keep),
                )

    def calls(self, system: str, limit: int = 200) -> list[Document]:
        """The newest calls first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT id, doc FROM calls WHERE system=? ORDER BY id DESC LIMIT ?", (system, limit)
            ).fetchall()
        return [{"id": row[0], **json.loads(row[1])} for row in rows]

    def clear_calls(self, system: str) -> None:
        """Empty the call log of a system."""
        with self._lock:
            self._db.execute("DELETE FROM calls WHERE system=?", (system,))
