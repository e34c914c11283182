"""What counts as a face photo: whole JPEGs of a usable size, as cameras and browsers write them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.core.jpeg import size_of
from chalicelib.domains.visitor.privacy.faces.picture import (
    MAX_BYTES,
    MAX_SIDE,
    MIN_SIDE,
    PhotoProblem,
    problem_of,
)
from tests.support.photos import encoded, portrait

PHOTO = portrait(size=(480, 640))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"progressive": True},
        {"quality": 30, "subsampling": 0},
        {"comment": b"x" * 500},
        {"exif": b"Exif\x00\x00" + b"\xff\xd9\xff\xc0" * 2000},
        {"restart_marker_blocks": 4},
    ],
    ids=["plain", "progressive", "poor", "comment", "markers inside EXIF", "restart markers"],
)
def test_the_size_is_read(options: dict[str, object]) -> None:
    assert size_of(portrait(size=(300, 411), **options)) == (300, 411)


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_print_colours_are_jpegs_too(mode: str) -> None:
    assert size_of(encoded(Image.new(mode, (250, 260)))) == (250, 260)


def test_a_filled_end_is_a_whole_picture() -> None:
    assert size_of(PHOTO + b"\x00" * 7) == (480, 640)


def other_format(name: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (480, 640)).save(written, name)
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        PHOTO[:-2],
        PHOTO[: len(PHOTO) // 2],
        PHOTO[1:],
        b"<script>alert(1)</script>",
        b"\xff\xd8\xff\xe0\x00\x00\xff\xd9",
        other_format("PNG"),
        other_format("GIF"),
        b"\xff\xd8\xff\xda\x00\x08" + PHOTO[-100:],
    ],
)
def test_anything_else_is_no_photo(content: bytes) -> None:
    assert problem_of(content) is PhotoProblem.NOT_A_PHOTO


@given(st.integers(0, len(PHOTO) - 1))
def test_no_part_of_a_photo_passes_for_one(length: int) -> None:
    assert size_of(PHOTO[:length]) is None


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_to_an_end(content: bytes) -> None:
    size_of(content)
    size_of(b"\xff\xd8" + content + b"\xff\xd9")


@pytest.mark.parametrize(
    ("size", "problem"),
    [
        ((MIN_SIDE, MIN_SIDE), None),
        ((MIN_SIDE - 1, 900), PhotoProblem.TOO_SMALL),
        ((900, MIN_SIDE - 1), PhotoProblem.TOO_SMALL),
        ((MAX_SIDE, MIN_SIDE), None),
        ((MAX_SIDE + 1, MIN_SIDE), PhotoProblem.TOO_LARGE),
    ],
)
def test_the_sides_have_limits(size: tuple[int, int], problem: PhotoProblem | None) -> None:
    assert problem_of(encoded(Image.new("RGB", size))) is problem


def test_the_bytes_have_a_limit() -> None:
    head, tail = PHOTO[:2], PHOTO[2:]

    def padded(length: int) -> bytes:
        """With comments in front, up to exactly this many bytes."""
        rest, comments = length - len(PHOTO), b""
        while rest:
            block = min(rest, 60_000) if rest - min(rest, 60_000) >= 4 or rest <= 60_000 else rest - 60_000
            comments += b"\xff\xfe" + (block - 2).to_bytes(2, "big") + b"c" * (block - 4)
            rest -= block
        return head + comments + tail

    assert len(padded(MAX_BYTES)) == MAX_BYTES
    assert problem_of(padded(MAX_BYTES)) is None
    assert problem_of(padded(MAX_BYTES + 1)) is PhotoProblem.TOO_LARGE


def test_nothing_there_is_said_as_such() -> None:
    assert problem_of(None) is PhotoProblem.GONE
