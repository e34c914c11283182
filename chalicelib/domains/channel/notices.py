"""The templates as data: which keyword of a notice's template says what.

Visits use the public template 访客预约审核结果通知, trucks and meal cards one each; a template with other keywords needs its
own line here. The template's id is the account's own and comes from the settings.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.core.notices.model import Notice

_VISIT = {"thing1": "visitor", "time2": "window", "phrase3": "result", "thing4": "remark"}
_LOGISTICS = {"thing1": "subject", "time2": "time", "phrase3": "result", "thing4": "remark"}
_CANTEEN = _LOGISTICS
KEYWORDS: Mapping[Notice, Mapping[str, str]] = {
    Notice.VISIT_APPROVED: _VISIT,
    Notice.VISIT_REFUSED: _VISIT,
    Notice.VISIT_READY: _VISIT,
    Notice.VISIT_GATE_FAILED: _VISIT,
    Notice.VISIT_ARRIVED: _VISIT,
    Notice.HOLD_EXPIRING: _LOGISTICS,
    Notice.HOLD_EXPIRED: _LOGISTICS,
    Notice.TRUCK_CALLED: _LOGISTICS,
    Notice.REGISTRATION_ENDED: _LOGISTICS,
    Notice.CERTIFICATE_EXPIRING: _LOGISTICS,
    Notice.TOP_UP_CREDITED: _CANTEEN,
    Notice.TOP_UP_REFUNDED: _CANTEEN,
    Notice.CARD_LOST: _CANTEEN,
    Notice.BINDING_MOVED: _CANTEEN,
}
"""Notice → keyword → what it says (a name of :class:`~chalicelib.core.notices.model.Facts`)."""
