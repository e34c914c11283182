"""Money as people read it: whole fen inside, yuan with two places on screen. No floats."""

from __future__ import annotations


def to_yuan(fen: int) -> str:
    """12345 → ``"123.45"``; keeps its sign."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan}.{rest:02d}"
