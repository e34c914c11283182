"""Quantities, as everywhere: whole kilograms inside, tonnes as text outside."""

from __future__ import annotations

from chalicelib.core.quantities import KILOGRAMS_A_TONNE, to_kilograms, to_tonnes

__all__ = ["KILOGRAMS_A_TONNE", "to_kilograms", "to_tonnes"]
