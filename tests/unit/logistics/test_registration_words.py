"""Every refusal, status and line of the time line has its words, and they name what they must."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from chalicelib.domains.logistics.registrations import patience
from chalicelib.domains.logistics.registrations.model import Reason
from chalicelib.domains.logistics.registrations.registration import ENDED_BY_US, Status
from chalicelib.domains.logistics.registrations.texts import EVENT_TEXTS, LE_TEXTS, STATUS_WORDS, TEXTS, readable
from chalicelib.domains.logistics.stock.model import StockReason
from chalicelib.integrations.le.codes import DECLINED

SOURCES = Path(__file__).resolve().parents[3] / "chalicelib/domains/logistics/registrations"


def test_every_code_that_is_raised_has_a_text() -> None:
    raised = {reason.value for reason in (*Reason, *StockReason)}
    for path in SOURCES.glob("*.py"):
        raised |= set(re.findall(r'(?:refusal|OrderProblem|Conflict|RateLimited)\(\s*"(\w+)"', path.read_text()))
    assert raised <= set(TEXTS)
    assert len(raised) > 20


def test_every_event_and_status_has_its_words() -> None:
    named = {f"le_{status.value}" for status in Status if status not in ENDED_BY_US} | {"le_cancelled"}
    for name in ("model", "progress"):
        source = (SOURCES / f"{name}.py").read_text()
        named |= set(re.findall(r'(?:moved|Event|_end)\([^)]*?now, "(\w+)"', source))
        named |= set(re.findall(r'HoldState\.\w+, "(\w+)"', source))
    assert named <= set(EVENT_TEXTS)
    assert {"registered", "changed", "cancelled", "released", "expired", "refused", "signed"} <= named
    assert set(STATUS_WORDS) == {status.value for status in Status}


def test_what_le_declines_without_a_sentence_is_told_in_words() -> None:
    assert set(DECLINED.values()) <= set(LE_TEXTS)
    assert readable("le_order_closed", "物流室") == "订单已完成，请选择其他订单重新登记。"
    assert readable("le_credentials_refused", "物流室") == "物流系统没有接受，请联系物流室。"
    assert readable("订单 SO1 已关闭", "物流室") == "订单 SO1 已关闭"
    assert readable("司机失联", "物流室") == "司机失联"


@pytest.mark.parametrize("text", [*TEXTS.values(), *LE_TEXTS.values()])
def test_texts_end_their_sentence_and_have_known_places(text: str) -> None:
    places = {name for _, name, _, _ in Formatter().parse(text) if name}
    known = "count order line first last kind open product subject limit quantity until contact"
    assert places <= set(known.split())
    assert text.endswith("。")


def test_waiting_grows_and_is_bounded() -> None:
    assert [patience.longest(failed) for failed in (1, 2, 3, 4, 5, 6)] == [0.05, 0.1, 0.2, 0.4, 0.8, 0.8]
