"""What a photo must be. Pure."""

from __future__ import annotations

from enum import StrEnum

from chalicelib.core.jpeg import size_of

MAX_BYTES = 200_000
"""The platform takes 200 KB and does not say which kilobyte: the smaller one."""
MIN_SIDE, MAX_SIDE = 240, 4096
"""Pixels. Less is no face a gate could know again; more is no picture that was scaled down for one."""


class PhotoProblem(StrEnum):
    """What is wrong with a photo; each has its own text."""

    GONE = "face_photo_gone"
    NOT_A_PHOTO = "face_not_a_photo"
    TOO_LARGE = "face_too_large"
    TOO_SMALL = "face_too_small"


def problem_of(data: bytes | None) -> PhotoProblem | None:
    """The first thing wrong with what lies in the bucket."""
    if data is None:
        return PhotoProblem.GONE
    if len(data) > MAX_BYTES:
        return PhotoProblem.TOO_LARGE
    size = size_of(data)
    if size is None:
        return PhotoProblem.NOT_A_PHOTO
    if min(size) < MIN_SIDE:
        return PhotoProblem.TOO_SMALL
    return PhotoProblem.TOO_LARGE if max(size) > MAX_SIDE else None
