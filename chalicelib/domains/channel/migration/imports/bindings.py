"""Bindings carried over from an old account, kept with the old openid they belong to until their domain asks for them.

ID numbers are sealed for that openid; what is equal is recognised by its digest. A binding nobody needs is forgotten when
the retention limit has passed (``PersonalDataDays`` after the import).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.sealing import sealer
from chalicelib.core.table import Item, TableMeta, Transaction
from chalicelib.domains.channel.migration.imports.files import ID_NUMBER
from chalicelib.domains.channel.migration.imports.model import ImportKind
from chalicelib.domains.channel.migration.imports.rows import Row

SEALED, DIGEST, MASKED = "id_number_sealed", "id_number_digest", "id_number_masked"


class BindingItem(Item):
    """A binding: ``BINDING#<old appid>#<openid>`` / ``<kind>#<phone, plate or nothing>``."""

    class Meta(TableMeta):
        domain = "channel"

    fields = UnicodeAttribute()
    imported_at = UnicodeAttribute()
    import_id = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Binding:
    """What an old account knew of a person; ``fields`` by column name, ID numbers sealed and masked."""

    kind: ImportKind
    key: str
    old_app_id: str
    old_openid: str
    fields: Mapping[str, str]
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """Where bindings come from and until when they are kept."""

    old_app_id: str
    kind: ImportKind
    import_id: str
    now: datetime
    keep_until: datetime


def bindings_of(old_app_id: str, old_openid: str) -> list[Binding]:
    """Everything carried over of one old openid."""
    items = BindingItem.query(_key(old_app_id, old_openid), consistent_read=True)
    return [_to_binding(old_app_id, old_openid, item) for item in items]


def full_id_number(binding: Binding) -> str:
    """The opened ID number, empty without one; for the domain that takes the binding over."""
    sealed = binding.fields.get(SEALED, "")
    return sealer().open(sealed, _key(binding.old_app_id, binding.old_openid)) if sealed else ""


def known(source: Source, rows: Iterable[Row]) -> dict[tuple[str, str], Mapping[str, str]]:
    """Fields of the bindings that some rows name and that exist, by openid and key; at most a hundred rows."""
    wanted = {(_key(source.old_app_id, row.openid), _sort_key(source.kind, row.key)): row for row in rows}
    if not wanted:
        return {}
    found = BindingItem.batch_get(list(wanted), consistent_read=True)
    by_key = {(item.pk, item.sk): json.loads(item.fields) for item in found}
    return {(wanted[key].openid, wanted[key].key): fields for key, fields in by_key.items()}


def outcome(row: Row, before: Mapping[str, str] | None) -> str:
    """Whether a row says something new."""
    if before is None:
        return "created"
    said = {name: value for name, value in before.items() if name not in (SEALED, DIGEST, MASKED)}
    number = row.fields.get(ID_NUMBER)
    same_number = before.get(DIGEST) == (sealer().digest(number) if number else None)
    plain = {name: value for name, value in row.fields.items() if name != ID_NUMBER}
    return "unchanged" if said == plain and same_number else "updated"


def add(transaction: Transaction, source: Source, row: Row) -> None:
    """Write a binding, replacing an earlier one of the same key: the file that is imported last counts."""
    key = _key(source.old_app_id, row.openid)
    item = BindingItem(
        key,
        _sort_key(source.kind, row.key),
        fields=json.dumps(_kept(row.fields, key), ensure_ascii=False),
        imported_at=to_text(source.now),
        import_id=source.import_id,
        expires_at=to_epoch(source.keep_until),
    )
    transaction.put("binding", item)


def add_removal(transaction: Transaction, binding: Binding) -> None:
    """Forget a binding."""
    item = BindingItem(_key(binding.old_app_id, binding.old_openid), _sort_key(binding.kind, binding.key))
    transaction.delete("binding", item)


def _kept(fields: Mapping[str, str], belongs_to: str) -> dict[str, str]:
    """The fields as they are stored: no ID number in plain text."""
    plain = {name: value for name, value in fields.items() if name != ID_NUMBER}
    number = fields.get(ID_NUMBER)
    if not number:
        return plain
    sealing = sealer()
    masked = f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
    return {**plain, SEALED: sealing.seal(number, belongs_to), DIGEST: sealing.digest(number), MASKED: masked}


def _to_binding(old_app_id: str, old_openid: str, item: BindingItem) -> Binding:
    kind, _, key = item.sk.partition("#")
    imported_at = from_text(item.imported_at)
    return Binding(ImportKind(kind), key, old_app_id, old_openid, json.loads(item.fields), imported_at)


def _key(old_app_id: str, old_openid: str) -> str:
    return f"BINDING#{old_app_id}#{old_openid}"


def _sort_key(kind: ImportKind, key: str) -> str:
    return f"{kind.value}#{key}"
