"""Which addresses are signed: pages of ours and nothing else. Standard library only."""

from __future__ import annotations


def signed_part(url: str, base_url: str) -> str | None:
    """The part of a page's address that WeChat signs, up to ``#``; ``None`` for a page that is not ours.

    A signature lets a page act with our account's rights in WeChat. The host must end where ours ends:
    ``https://campus.example.evil/`` and ``https://campus.example@evil/`` begin like ours, too.
    """
    if any(ord(character) <= 32 or ord(character) == 127 for character in url):
        return None
    address = url.partition("#")[0]
    rest = address.removeprefix(base_url)
    if rest == address or (rest and rest[0] not in "/?"):
        return None
    return address
