"""What a use case may call at AWS (design 9): kinds of calls, budgets most use cases share."""

from __future__ import annotations

from dataclasses import dataclass

from bench.aws import READS, SENDS
from bench.steps import Prepare

OBJECT = "GetObject"
WRITE_ALL = "BatchWriteItem"
GET, QUERY, PUT, UPDATE = "GetItem", "Query", "PutItem", "UpdateItem"
COMMIT, SEND = "TransactWriteItems", "SendMessage"
BATCH, SEND_ALL = "BatchGetItem", "SendMessageBatch"
ATTEMPT = (COMMIT, GET, GET, COMMIT)
"""One attempt of a queue's worker: it begins, looks, and records with its effect what came of it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The most calls of each kind a use case may make."""

    text: str
    reads: int
    transactions: int = 0
    sends: int = 0
    puts: int = 0
    """Single writes: a put or an update."""
    uploads: int = 0
    batches: int = 0
    """Batch writes, of 25 items each."""

    def holds(self, operations: tuple[str, ...]) -> bool:
        """Whether a list of AWS operations is within it; a kind it does not know is never."""
        counts = (
            sum(name in READS or name == OBJECT for name in operations),
            operations.count("TransactWriteItems"),
            sum(name in SENDS for name in operations),
            sum(name in ("PutItem", "UpdateItem") for name in operations),
            operations.count("PutObject"),
            operations.count(WRITE_ALL),
        )
        allowed = (self.reads, self.transactions, self.sends, self.puts, self.uploads, self.batches)
        within = all(count <= limit for count, limit in zip(counts, allowed, strict=True))
        return within and sum(counts) == len(operations)


@dataclass(frozen=True, slots=True)
class UseCase:
    """``prepare`` makes what the use case needs and returns the step that is measured."""

    name: str
    budget: Budget
    calls: tuple[str, ...]
    prepare: Prepare


READ = Budget("2 reads", 2)
CHANGE = Budget("2 reads 1 trans 1 send", 2, 1, 1)
READ_WITH_NAMES = Budget("2 reads + 1 batch", 3)
"""The log keeps ids; the names of a page are read together, in one batch."""
