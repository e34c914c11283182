"""Kinds of events of Hikvision's platform that have to do with visitors passing (public lists; A8 of the contract)."""

from __future__ import annotations

SIGNED_OUT = 1392513026
GUEST_CARD_PASSED = 196868
FACE_PASSED = 196893
LEGAL_CARD_PASSED = 198914
VEHICLE_ENTERED = 771760131
VEHICLE_LEFT = 771760134
FOLLOWED = (SIGNED_OUT, GUEST_CARD_PASSED, FACE_PASSED, LEGAL_CARD_PASSED, VEHICLE_ENTERED, VEHICLE_LEFT)
