"""Telling LE of an entry report. The content never changes, and its key at LE follows from the report: it is told once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chalicelib.core.outbox.model import Entry, PushError
from chalicelib.core.outbox.worker import Done, Effect, Failed, Handler, Later, Outcome
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.archive.le_push import error_of, put_all, sentence_of
from chalicelib.domains.logistics.reports import model, store
from chalicelib.domains.logistics.reports.model import Crew, Report
from chalicelib.domains.logistics.reports.service import PUSH
from chalicelib.integrations.errors import Refused, Retryable
from chalicelib.integrations.le.port import LeCrew, LePort, LeReport

NOT_FILED = ("le_vehicle_unknown", "le_driver_unknown")
"""LE does not know them yet: their own pushes are still on their way."""


class ReportPusher:
    """The handler of entry reports in LE's queue."""

    def __init__(self, le: LePort) -> None:
        self._le = le

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Kind of entry → handler."""
        return {PUSH: self._push}

    def _push(self, entry: Entry) -> Outcome:
        report = store.find_report(entry.payload["report_id"])
        if report is None:
            return Failed(PushError("report_missing", "the report of this push does not exist"))
        try:
            number = self._told(report, f"{entry.object_key}~{entry.sequence}")
        except Refused as refusal:
            problem = sentence_of(refusal)
            return Failed(error_of(refusal), _effect(report.id, lambda seen: model.refused(seen, problem)))
        except Retryable as trouble:
            return Later(error_of(trouble), sent=entry.maybe_sent or trouble.sent)
        return Done(_effect(report.id, lambda seen: model.accepted(seen, number)))

    def _told(self, report: Report, key: str) -> str:
        wanted = le_report(report)
        try:
            return self._le.report_entry(wanted, key)
        except Refused as refusal:
            if refusal.code not in NOT_FILED:
                raise
        put_all(
            self._le,
            (report.plate_number, report.trailer_plate_number),
            (report.driver.driver_no, report.escort.driver_no if report.escort else None),
        )
        return self._le.report_entry(wanted, key)


def le_report(report: Report) -> LeReport:
    """A report in the port's words."""
    return LeReport(
        external_no=report.id,
        plate_number=report.plate_number,
        driver=_crew(report.driver),
        product_code=report.product_code,
        expected_arrival=report.expected_at,
        trailer_plate_number=report.trailer_plate_number,
        tank_no=report.tank_no,
        escort=_crew(report.escort) if report.escort else None,
    )


def _crew(crew: Crew) -> LeCrew:
    return LeCrew(crew.driver_no, crew.name, crew.phone)


def _effect(report_id: str, decide: Callable[[Report], Report | None]) -> Effect:
    def effect(transaction: Transaction) -> None:
        seen = store.find_report(report_id)
        changed = decide(seen) if seen else None
        if seen is not None and seen.report_no is None and changed is not None:
            store.add_answer(transaction, changed)

    return effect
