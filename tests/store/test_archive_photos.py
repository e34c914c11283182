"""Pictures of certificates: the owner's own and real ones only, shown to keepers and the office, gone when nobody needs them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.core import runtime
from chalicelib.core.clock import utc_now
from chalicelib.core.errors import Conflict
from chalicelib.core.session import Device
from chalicelib.core.table import Transaction
from chalicelib.domains.logistics.archive import hourly, photos
from chalicelib.domains.logistics.archive.photos import UPLOADS_PER_DAY, PhotoItem
from tests.support.archive import TRAILER, VEHICLES, save_vehicle
from tests.support.client import Answer, Client, signed_in
from tests.support.environment import PHOTO_BUCKET
from tests.support.photos import kept_keys, portrait

PICTURE = portrait(1, (64, 48))


@pytest.fixture
def driver(cloud: Any) -> Client:
    return signed_in("lin")


def begin(client: Client) -> Answer:
    return client.post("/api/logistics/photos")


def uploaded(client: Client, owner: str = "USERLIN", content: bytes = PICTURE) -> str:
    """What S3 does when it takes the form; that it checks the form is proved on the packaged stack."""
    begun = begin(client)
    assert begun.status == 201, begun.text
    photo_id = str(begun.json["photo_id"])
    key = f"logistics/{owner}/{photo_id}.jpg"
    assert begun.json["fields"]["key"] == key
    runtime.aws_client("s3").put_object(Bucket=PHOTO_BUCKET, Key=key, Body=content)
    return photo_id


def run(**later: float) -> dict[str, int]:
    moment = utc_now() + timedelta(**later)
    return hourly.work_off(lambda: moment)


def row(photo_id: str) -> PhotoItem | None:
    return PhotoItem.find(f"PHOTO#{photo_id}", "PHOTO")


def test_a_picture_is_attached_shown_and_let_go(driver: Client) -> None:
    first, second = uploaded(driver), uploaded(driver)
    saved = save_vehicle(driver, photos=[first, second, first])
    assert [photo["id"] for photo in saved.json["photos"]] == [first, second], saved.text
    address = urlsplit(saved.json["photos"][0]["url"])
    assert address.path == f"/logistics/USERLIN/{first}.jpg"
    assert int(parse_qs(address.query)["X-Amz-Expires"][0]) == 600
    assert run(days=2) == {}, "what is attached stays"
    left = save_vehicle(driver, photos=[second], version=1)
    assert [photo["id"] for photo in left.json["photos"]] == [second]
    assert run(hours=1) == {"pictures": 1}
    assert kept_keys() == [f"logistics/USERLIN/{second}.jpg"]
    assert row(first) is None


def test_the_office_and_every_keeper_see_it_and_may_keep_it(driver: Client) -> None:
    photo = uploaded(driver)
    save_vehicle(driver, photos=[photo])
    other = signed_in("chen")
    assert save_vehicle(other).json["photos"][0]["id"] == photo
    mine = uploaded(other, "USERCHEN")
    both = save_vehicle(other, photos=[photo, mine], version=1)
    assert [found["id"] for found in both.json["photos"]] == [photo, mine]
    clerk = signed_in("clerk", "logistics", device=Device.OFFICE)
    shown = clerk.get("/api/office/logistics/vehicles").json["items"][0]["photos"]
    assert [urlsplit(found["url"]).path for found in shown] == [
        f"/logistics/USERLIN/{photo}.jpg",
        f"/logistics/USERCHEN/{mine}.jpg",
    ]
    assert signed_in("stranger").get(f"{VEHICLES}/{TRAILER}").status == 404


def test_what_is_no_usable_picture_is_refused(driver: Client) -> None:
    theirs = uploaded(signed_in("chen"), "USERCHEN")
    absent = str(begin(driver).json["photo_id"])
    wrong = {
        theirs: "picture_gone",
        absent: "picture_gone",
        "0" * 26: "picture_gone",
        uploaded(driver, content=b"%PDF-1.7"): "not_a_picture",
        uploaded(driver, content=PICTURE[:-40]): "not_a_picture",
        uploaded(driver, content=PICTURE + b"\0" * 1_000_000): "picture_too_large",
    }
    for photo_id, code in wrong.items():
        answer = save_vehicle(driver, photos=[photo_id])
        assert (answer.status, answer.code) == (409, code), photo_id
    assert driver.get(VEHICLES).json["items"] == []


def test_what_nobody_attached_goes_but_not_before_its_form_has_run_out(driver: Client) -> None:
    photo = uploaded(driver)
    assert run(hours=23) == {}
    assert run(hours=25) == {"pictures": 1}
    assert (kept_keys(), row(photo)) == ([], None)
    released = uploaded(driver)
    save_vehicle(driver, photos=[released])
    save_vehicle(driver, version=1)
    assert run() == {}, "deleted, and its row waits for the form"
    assert kept_keys() == []
    known = row(released)
    assert known is not None and known.dying_at is not None
    assert run(minutes=7) == {"pictures": 1}
    assert row(released) is None


def test_a_dying_picture_is_not_taken(driver: Client) -> None:
    photo_id = uploaded(driver)
    photo = photos.require_usable(("USERLIN",), [photo_id])[0]
    transaction = Transaction()
    photos.add_dying(transaction, photo, utc_now())
    transaction.commit()
    with pytest.raises(Conflict):
        photos.require_usable(("USERLIN",), [photo_id])
    assert save_vehicle(driver, photos=[photo_id]).code == "picture_gone"


def test_one_of_two_holders_lets_go(driver: Client) -> None:
    photo_id = uploaded(driver)
    photo = photos.require_usable(("USERLIN",), [photo_id])[0]
    for change in (photos.add_hold, photos.add_hold, photos.add_release):
        transaction = Transaction()
        holder = "vehicle:x" if change is photos.add_release else f"holder:{change.__name__}:{len(kept_keys())}"
        change(transaction, photo, holder)
        transaction.commit()
    assert run() == {}
    known = row(photo_id)
    assert known is not None and known.due_at is None, "somebody still holds it"
    assert kept_keys() != []


def test_so_many_a_day(driver: Client) -> None:
    for _ in range(UPLOADS_PER_DAY):
        assert begin(driver).status == 201
    limit = begin(driver)
    assert (limit.status, limit.code) == (429, "picture_uploads_limit")
    assert begin(signed_in("chen")).status == 201
