"""The canteen table: one shape of index keys for all kinds of items; an item without a key is not in that index.

The key of a partition begins with the kind of its items (``topup#…``), so no two kinds share one.
"""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core.table import Item, TableMeta


class ByOwner(GlobalSecondaryIndex["CanteenItem"]):
    """A person's own things of one kind."""

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()

    owner_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByKind(GlobalSecondaryIndex["CanteenItem"]):
    """Everything of one kind; the canteen's rows have a partition a month."""

    class Meta:
        index_name = "by_kind"
        projection = AllProjection()

    kind_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByStatus(GlobalSecondaryIndex["CanteenItem"]):
    """Everything of one kind in one state."""

    class Meta:
        index_name = "by_status"
        projection = AllProjection()

    status_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByAccount(GlobalSecondaryIndex["CanteenItem"]):
    """What there is of one kind about a card account."""

    class Meta:
        index_name = "by_account"
        projection = AllProjection()

    account_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByDay(GlobalSecondaryIndex["CanteenItem"]):
    """Money that moved on a day: what reconciliation looks at."""

    class Meta:
        index_name = "by_day"
        projection = AllProjection()

    day_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByDue(GlobalSecondaryIndex["CanteenItem"]):
    """What a schedule has to do something about, by when; nothing else is in it."""

    class Meta:
        index_name = "by_due"
        projection = AllProjection()

    due_key = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class CanteenItem(Item):
    """Base of the items that are in an index."""

    class Meta(TableMeta):
        domain = "canteen"

    created_at = UnicodeAttribute(null=True)
    owner_key = UnicodeAttribute(null=True)
    kind_key = UnicodeAttribute(null=True)
    status_key = UnicodeAttribute(null=True)
    account_key = UnicodeAttribute(null=True)
    day_key = UnicodeAttribute(null=True)
    due_key = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    by_owner = ByOwner()
    by_kind = ByKind()
    by_status = ByStatus()
    by_account = ByAccount()
    by_day = ByDay()
    by_due = ByDue()
