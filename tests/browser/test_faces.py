"""V1 V6 V9: a face photo from the phone to the open gate and back, in a real browser under the pages' own security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import SandboxPage, fill_reservation
from tests.browser.test_privacy import signed_in
from tests.stack.people import APPROVER, OTHER, Person, fresh_phone
from tests.stack.test_privacy import visitor_details
from tests.stack.test_walk import approve
from tests.support.photos import as_a_phone_takes_it, portrait

pytestmark = pytest.mark.browser


def choose(handset: Page, content: bytes, *, name: str = "me.jpg", kind: str = "image/jpeg") -> None:
    handset.locator('[data-test="visitor.face-album"]').set_input_files(
        {"name": name, "mimeType": kind, "buffer": content}
    )


def stand_before(desk: Page, picture: bytes) -> Locator:
    """Show the picture to the camera of the first turnstile."""
    desk.locator('[data-device="east-turnstile-1"]').click()
    desk.get_by_role("radio", name="人脸", exact=True).click()
    desk.locator("[data-testid=face-picture] input").set_input_files(
        {"name": "face.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )
    return desk.locator("[data-testid=gate-answer]")


def test_a_face_opens_the_gate_until_it_is_taken_back(desk: Page, handset: Page, stack: Stack) -> None:
    person, phone, seed = signed_in(handset, stack, OTHER), fresh_phone(), int(fresh_phone())
    assert person.request("POST", "/api/visitor/erase-my-data").status_code == 204
    handset.goto(f"{stack.public_url}/visitor/reserve")
    assert handset.locator("input[type=file]").count() == 0, "no picker before the consent"
    handset.locator('[data-test="visitor.face-ask"]').click()
    screen = handset.locator("[data-test=consent-screen][data-kind=face]")
    expect(screen).to_contain_text("通过互联网")
    expect(screen).to_contain_text("刷脸不是唯一的进出方式")
    keep_picture(handset, "phone-consent-face")
    handset.locator("[data-test=consent-refuse]").click()
    expect(screen).to_be_hidden()
    handset.locator('[data-test="visitor.face-ask"]').click()
    handset.locator("[data-test=consent-grant]").click()
    expect(screen).to_be_hidden()

    field = handset.locator('[data-test="visitor.face"]')
    choose(handset, b"%PDF-1.7", name="cv.pdf", kind="application/pdf")
    expect(field).to_contain_text("这不是照片")
    choose(handset, b"no picture", name="broken.jpg")
    expect(field).to_contain_text("这不是照片")
    choose(handset, portrait(seed, (180, 240)))
    expect(field).to_contain_text("照片太小")
    keep_picture(handset, "phone-face-too-small")
    taken = as_a_phone_takes_it(seed)
    choose(handset, taken)
    expect(handset.locator('[data-test="visitor.face-chosen"]')).to_contain_text("照片已上传")
    fill_reservation(handset, phone)
    handset.locator("[data-test=review]").or_(handset.locator("[data-test=summary]")).first.wait_for()
    expect(handset.locator("[data-test=summary]")).to_contain_text("可刷脸进出")
    keep_picture(handset, "phone-summary-face")
    handset.locator("[data-test=submit]").click()
    state = handset.locator("[data-test=face-state]")
    expect(state).to_contain_text("照片已收到")
    assert "JFIF" not in str(handset.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))

    visit = next(one for one in person.get("/api/visitor/visits")["items"] if one["visitor"]["phone"] == phone)
    approve(Person(stack, APPROVER).sign_in(), visit)
    expect(state).to_contain_text("可以刷脸", timeout=90_000)
    keep_picture(handset, "phone-face-ready")

    console = SandboxPage(desk, stack)
    console.page.get_by_role("tab", name="门禁").click()
    answer = stand_before(desk, taken)
    expect(answer).to_have_attribute("data-reason", "open")
    expect(answer).to_contain_text("开门")
    keep_picture(desk, "gate-face-open")
    expect(stand_before(desk, portrait(seed + 1))).to_have_attribute("data-reason", "credential_unknown")

    handset.goto(f"{stack.public_url}/visitor/saved")
    expect(handset.locator("[data-test=saved-row]", has_text=phone)).to_contain_text("存有人脸照片")
    known = next(one for one in person.get("/api/visitor/saved")["items"] if one["phone"] == phone)
    coming = person.submit(visitor={**visitor_details(), "face_of": known["id"]})
    handset.goto(f"{stack.public_url}/me/privacy")
    card = handset.locator("[data-test=consent][data-kind=face]")
    expect(card).to_contain_text("约一小时内删除")
    keep_picture(handset, "phone-consents-face")
    card.locator("[data-test=withdraw]").click()
    expect(handset.get_by_text("照片会立即删除")).to_be_visible()
    handset.get_by_role("button", name="撤回", exact=True).last.click()
    expect(card).to_contain_text("已撤回")
    left = person.get(f"/api/visitor/visits/{coming['id']}")
    assert (left["status"], left["visitor"]["face"]) == ("cancelled", None)
    assert person.get(f"/api/visitor/visits/{visit['id']}")["visitor"]["face"] is None, "who is inside stays inside"
    gone = person.get("/api/visitor/saved")["items"]
    assert [one["has_face"] for one in gone if one["phone"] == phone] == [False]
