"""Domain objects of the migration as the office reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from chalicelib.core.clock import SITE_ZONE
from chalicelib.domains.channel.migration import model
from chalicelib.domains.channel.migration.imports.bindings import DIGEST, MASKED, SEALED, Binding
from chalicelib.domains.channel.migration.imports.files import ID_NUMBER
from chalicelib.domains.channel.migration.model import MigrationStage, Trouble
from chalicelib.domains.channel.migration.ports import OldAccount
from chalicelib.domains.channel.migration.schemas import BindingView, MigrationView, ReasonView, TroubleView
from chalicelib.domains.channel.migration.service import Standing
from chalicelib.domains.channel.migration.texts import LATER, REASONS, TROUBLES


def show_migration(account: OldAccount, standing: Standing, now: datetime) -> MigrationView:
    """An old account and how far it is."""
    order, progress = standing.order, standing.progress
    stage, today = model.stage(order, progress, now), now.astimezone(SITE_ZONE).date()
    return MigrationView(
        account=account.key,
        name=account.name,
        app_id=account.app_id,
        raw_id=account.raw_id,
        stage=stage,
        task=order.task.value,
        source_form=order.source_form,
        approved_on=order.approved_on,
        days_left=model.days_left(order.approved_on, today) if order.approved_on else None,
        told_total=progress.told_total,
        pulled=progress.pulled,
        converted=progress.converted,
        waiting=progress.waiting,
        failed=progress.failed_total,
        reasons=_reasons(progress.failed),
        trouble=_trouble(progress.trouble) if stage in (MigrationStage.WAITING, MigrationStage.STOPPED) else None,
        retry_at=progress.retry_at if stage is MigrationStage.WAITING else None,
        pulled_at=progress.pulled_at,
    )


def show_bindings(bindings: Iterable[Binding]) -> list[BindingView]:
    """Bindings with their ID numbers masked."""
    return [
        BindingView(kind=found.kind.value, fields=_shown(found.fields), imported_at=found.imported_at)
        for found in bindings
    ]


def _shown(fields: Mapping[str, str]) -> dict[str, str]:
    masked = {ID_NUMBER: fields[MASKED]} if MASKED in fields else {}
    return {name: value for name, value in fields.items() if name not in (SEALED, DIGEST, MASKED)} | masked


def _reasons(failed: Mapping[str, int]) -> list[ReasonView]:
    return [ReasonView(reason=name, text=REASONS[name], count=count) for name, count in sorted(failed.items())]


def _trouble(trouble: Trouble | None) -> TroubleView | None:
    if trouble is None:
        return None
    text = TROUBLES.get(trouble.code, LATER)
    return TroubleView(code=trouble.code, text=text, message=trouble.message, at=trouble.at)
