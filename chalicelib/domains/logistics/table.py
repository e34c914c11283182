"""The logistics table: one shape of index keys for all kinds of items; an item without a key is not in that index.

The key of a partition begins with the kind of its items (``registration#…``), so no two kinds share one.
"""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core.table import Item, TableMeta


class ByOwner(GlobalSecondaryIndex["LogisticsItem"]):
    """A person's own things of one kind."""

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()

    owner_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByKind(GlobalSecondaryIndex["LogisticsItem"]):
    """Everything of one kind. One partition takes a thousand writes a second; a plant has a few trucks a minute."""

    class Meta:
        index_name = "by_kind"
        projection = AllProjection()

    kind_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByStatus(GlobalSecondaryIndex["LogisticsItem"]):
    """Everything of one kind in one state."""

    class Meta:
        index_name = "by_status"
        projection = AllProjection()

    status_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByPlate(GlobalSecondaryIndex["LogisticsItem"]):
    """What there is about a number plate."""

    class Meta:
        index_name = "by_plate"
        projection = AllProjection()

    plate_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class ByDue(GlobalSecondaryIndex["LogisticsItem"]):
    """What a schedule has to do something about, by when; nothing else is in it."""

    class Meta:
        index_name = "by_due"
        projection = AllProjection()

    due_key = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class ByHeld(GlobalSecondaryIndex["LogisticsItem"]):
    """Registrations whose hold on a product counts."""

    class Meta:
        index_name = "by_held"
        projection = AllProjection()

    held_key = UnicodeAttribute(hash_key=True)
    created_at = UnicodeAttribute(range_key=True)


class LogisticsItem(Item):
    """Base of the items that are in an index."""

    class Meta(TableMeta):
        domain = "logistics"

    created_at = UnicodeAttribute(null=True)
    owner_key = UnicodeAttribute(null=True)
    kind_key = UnicodeAttribute(null=True)
    status_key = UnicodeAttribute(null=True)
    plate_key = UnicodeAttribute(null=True)
    due_key = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    held_key = UnicodeAttribute(null=True)
    by_owner = ByOwner()
    by_kind = ByKind()
    by_status = ByStatus()
    by_plate = ByPlate()
    by_due = ByDue()
    by_held = ByHeld()
