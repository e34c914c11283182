"""The table base: items on pynamodb with our timeouts, and one transaction wrapper that names what failed.

pynamodb gives every model class its own connection, hence its own client (about 60 ms each); here all models share one.
It also writes a transaction in the order checks, deletes, puts, updates whatever order it was told, and reports the
reasons in *that* order: :class:`Transaction` maps them back to names.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, TypeVar

from botocore.exceptions import ClientError
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.connection.base import MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import GetError, PutError, PynamoDBException, QueryError, TransactWriteError, UpdateError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.core import runtime

CONNECT_SECONDS = 1
READ_SECONDS = 3
ATTEMPTS = 2

STORE_ERRORS = (GetError, PutError, QueryError, UpdateError, TransactWriteError)

_Item = TypeVar("_Item", bound="Item")


class RaceLost(Exception):
    """A condition of the transaction did not hold; ``names`` are those of the operations that failed."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


class Contention(Exception):
    """Another transaction held one of the items at this moment: nothing was written, repeat."""


class OutcomeUnknown(Exception):
    """The answer of a write was lost: it may or may not have happened. Read back by key before deciding."""


@cache
def _shared_connection() -> Connection:
    return Connection(
        region=runtime.settings().region,
        connect_timeout_seconds=CONNECT_SECONDS,
        read_timeout_seconds=READ_SECONDS,
        max_retry_attempts=ATTEMPTS,
    )


def _share_schema(meta_table: MetaTable) -> None:
    """Several kinds of item live in one table; the kind that declares the indexes knows the schema best."""
    tables = _shared_connection()._tables
    known = tables.get(meta_table.table_name)
    if known is None or len(known.data["AttributeDefinitions"]) < len(meta_table.data["AttributeDefinitions"]):
        tables[meta_table.table_name] = meta_table


class TableMeta:
    """Base of the ``Meta`` of every item; ``domain`` names the table, whose real name the settings know."""

    domain: ClassVar[str]
    table_name: str = ""
    region: str = ""
    connect_timeout_seconds = CONNECT_SECONDS
    read_timeout_seconds = READ_SECONDS
    max_retry_attempts = ATTEMPTS


class Item(Model):
    """One kind of item of a domain's table: partition key ``pk``, sort key ``sk``, optional time to live."""

    class Meta(TableMeta):
        domain = "none"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    expires_at = NumberAttribute(null=True)
    """Epoch seconds after which DynamoDB may delete the item."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        shared = _shared_connection()
        if cls._connection is None or cls._connection.connection is not shared:
            meta: Any = cls.Meta
            meta.table_name = runtime.settings().tables[meta.domain]
            meta.region = runtime.settings().region
            cls._connection = None
            connection = super()._get_connection()
            _share_schema(connection.get_meta_table())
            connection.connection = shared
            cls._connection = connection
        return cls._connection

    @classmethod
    def find(cls: type[_Item], pk: str, sk: str) -> _Item | None:
        """The item by its key, consistently read, or ``None``."""
        try:
            return cls.get(pk, sk, consistent_read=True)
        except cls.DoesNotExist:
            return None


Key = tuple[str, str]
"""Partition and sort key of an item."""
BATCH_KEYS = 100
"""As many DynamoDB reads at once."""


def find_many(wanted: Mapping[Key, type[_Item]]) -> dict[Key, _Item]:
    """Those of some items of one table that exist, whatever their kinds, consistently read: one call a hundred."""
    waiting: list[Any] = list(wanted)
    found: dict[Key, _Item] = {}
    while waiting:
        batch, waiting = waiting[:BATCH_KEYS], waiting[BATCH_KEYS:]
        connection = next(iter(wanted.values()))._get_connection()
        keys: Any = [{"pk": pk, "sk": sk} for pk, sk in batch]
        answer = connection.batch_get_item(keys, consistent_read=True)
        for data in answer["Responses"].get(connection.table_name, []):
            key = data["pk"]["S"], data["sk"]["S"]
            found[key] = wanted[key].from_raw_data(data)
        left = answer["UnprocessedKeys"].get(connection.table_name, {}).get("Keys", [])
        waiting += [(key["pk"]["S"], key["sk"]["S"]) for key in left]
    return found


class Transaction:
    """One ``TransactWriteItems``: an effect, its idempotency key, its audit and outbox entries stand or fall together."""

    def __init__(self) -> None:
        self._checks: list[tuple[str, Callable[[TransactWrite], None]]] = []
        self._deletes: list[tuple[str, Callable[[TransactWrite], None]]] = []
        self._puts: list[tuple[str, Callable[[TransactWrite], None]]] = []
        self._updates: list[tuple[str, Callable[[TransactWrite], None]]] = []
        self._after: list[Callable[[], None]] = []
        self._gathered: dict[str, list[Any]] = {}

    def check(self, name: str, item: type[Item], pk: str, sk: str, condition: Condition) -> None:
        """Require ``condition`` of an item that is not written."""
        self._checks.append((name, lambda write: write.condition_check(item, pk, sk, condition=condition)))

    def delete(self, name: str, item: Item, condition: Condition | None = None) -> None:
        """Delete an item."""
        self._deletes.append((name, lambda write: write.delete(item, condition=condition)))

    def put(self, name: str, item: Item, condition: Condition | None = None) -> None:
        """Write a whole item, replacing what is there unless ``condition`` forbids it."""
        self._puts.append((name, lambda write: write.save(item, condition=condition)))

    def create(self, name: str, item: Item) -> None:
        """Write an item that must not exist yet."""
        self.put(name, item, type(item).pk.does_not_exist())

    def update(self, name: str, item: Item, actions: Sequence[Action], condition: Condition | None = None) -> None:
        """Change attributes of an item."""
        self._updates.append((name, lambda write: write.update(item, actions=list(actions), condition=condition)))

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run ``action`` once the transaction has happened (wake a worker); it must not raise."""
        self._after.append(action)

    def after_commit_together(self, key: str, thing: Any, action: Callable[[list[Any]], None]) -> None:
        """Run ``action`` once, with everything given under ``key``, after the transaction has happened."""
        together = self._gathered.setdefault(key, [])
        if not together:
            self.after_commit(lambda: action(together))
        together.append(thing)

    def commit(self) -> None:
        """Write everything or nothing.

        Raises :class:`RaceLost`, :class:`Contention` or :class:`OutcomeUnknown`. The client request token makes the
        SDK's own retry after a lost answer harmless for ten minutes.
        """
        names = [name for name, _ in (*self._checks, *self._deletes, *self._puts, *self._updates)]
        write = TransactWrite(connection=_shared_connection(), client_request_token=str(uuid.uuid4()))
        for _, add in (*self._checks, *self._deletes, *self._puts, *self._updates):
            add(write)
        try:
            write._commit()
        except TransactWriteError as error:
            raise _sorted_error(error, names) from error
        for action in self._after:
            action()


def _sorted_error(error: TransactWriteError, names: Sequence[str]) -> Exception:
    # botocore's timeouts have a `response` that is None, and pynamodb's own reading of the code fails on it
    code = error.cause_response_code if isinstance(error.cause, ClientError) else None
    if code == "TransactionCanceledException":
        reasons = [reason.code if reason else "None" for reason in error.cancellation_reasons]
        failed = [name for name, reason in zip(names, reasons, strict=False) if reason == "ConditionalCheckFailed"]
        return RaceLost(failed) if failed else Contention(", ".join(reasons))
    if code in ("TransactionInProgressException", "TransactionConflictException"):
        return Contention(str(code))
    if code is None or code in ("InternalServerError", "ServiceUnavailable", "RequestTimeout", "InternalFailure"):
        return OutcomeUnknown(str(code))
    return error


def condition_failed(error: PynamoDBException) -> bool:
    """Whether a single write was refused by its condition (a lost answer is something else: unknown)."""
    return isinstance(error.cause, ClientError) and error.cause_response_code == "ConditionalCheckFailedException"


def is_store_error(error: BaseException) -> bool:
    """Whether an exception came from the database or the way to it."""
    return isinstance(error, (PynamoDBException, OutcomeUnknown, Contention))


def reset() -> None:
    """Forget the shared connection (tests that change the environment)."""
    _shared_connection.cache_clear()
