"""What a user or the office is told about the canteen's records, and what to do now."""

from __future__ import annotations

from chalicelib.core.texts import TEXTS as CORE
from chalicelib.domains.canteen.records.progress import DIED
from chalicelib.integrations.texts import problem_text

TEXTS = {
    "canteen_not_bound": "请先绑定餐卡账户，再查看账单。",
    "canteen_unavailable": "食堂系统暂时没有响应，已读取的记录已保存。请稍后再试。",
    "canteen_refused": "食堂系统没有提供这个账户的记录，请核对账户号，或联系系统管理员。",
}
_RUNS = {DIED: "上次同步中途停止，系统会从停下的地方继续。", "temporarily_unavailable": CORE["temporarily_unavailable"]}


def run_text(code: str) -> str | None:
    """What ended a run, for the office."""
    return _RUNS.get(code) or problem_text(code or None)
