"""A driver's phone in a real browser on the running stack: archives, registering, the queue, signing, reports.

Every test files a truck, people and an order of its own: nothing of another test's can be met.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Locator, Page, expect

from sandbox.cloud.stack import Stack, wait_until
from tests.browser.conftest import keep_picture
from tests.browser.test_privacy import signed_in
from tests.browser.test_walk import SLOW
from tests.stack.people import DRIVER, OTHER_DRIVER, Person, fresh_phone
from tests.support.archive import PEOPLE, VEHICLES, in_days, person_form, vehicle_form
from tests.support.photos import as_a_phone_takes_it

pytestmark = pytest.mark.browser
NEXT_YEAR = str(int(in_days(0)[:4]) + 1)


class Dispatcher:
    """LE's office: orders for somebody's phone, and the steps of a truck."""

    def __init__(self, stack: Stack) -> None:
        self._base = f"{stack.sandbox_api}/sandbox/le"

    def order(self, phone: str, *lines: tuple[str, str]) -> str:
        """A new order that names the phone; lines are product and tonnes. Returns its number."""
        wanted = [{"productCode": product, "quantity": quantity} for product, quantity in lines]
        return str(self._post("/orders", {"phone": phone, "lines": wanted})["orderNo"])

    def of(self, registration_id: str) -> list[dict[str, Any]]:
        """What LE has of one of our registrations."""
        items = requests.get(f"{self._base}/registrations", timeout=10).json()["items"]
        return [item for item in items if item["externalNo"] == registration_id]

    def wait_for(self, registration_id: str, status: str) -> dict[str, Any]:
        """LE's registration once it stands so."""
        assert wait_until(lambda: [one["status"] for one in self.of(registration_id)] == [status], SLOW / 1000)
        return self.of(registration_id)[0]

    def act(self, number: str, action: str, **details: str) -> None:
        """One step."""
        self._post(f"/registrations/{number}/{action}", details)

    def reports(self, plate: str) -> list[dict[str, Any]]:
        """Entry reports of a truck."""
        items = requests.get(f"{self._base}/reports", timeout=10).json()["items"]
        return [item for item in items if item["plateNo"] == plate]

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = requests.post(self._base + path, json=body, timeout=10)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@pytest.fixture
def dispatcher(stack: Stack) -> Dispatcher:
    """LE's console."""
    return Dispatcher(stack)


def fresh_plate(end: str = "") -> str:
    """A plate nobody else has; ``挂`` makes it a trailer's."""
    return f"闽K{uuid4().int % 10**5:05d}" if not end else f"闽K{uuid4().int % 10**4:04d}{end}"


def fresh_id_number() -> str:
    """A well-formed synthetic number."""
    number = uuid4().int
    digits = f"3501021{number % 90 + 900}{number % 12 + 1:02d}{number % 28 + 1:02d}{number // 97 % 1000:03d}"
    weighted = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits))
    return digits + "10X98765432"[weighted % 11]


def at(page: Page, name: str) -> Locator:
    """By the hook."""
    return page.locator(f'[data-test="{name}"]')


def type_plate(page: Page, plate: str) -> None:
    """On the plate keyboard; a trailer's last sign sets itself."""
    at(page, "plate_number").click()
    for key in plate.removesuffix("挂"):
        at(page, f"key-{key}").click()
    at(page, "key-done").click()
    expect(at(page, "plate-keyboard")).to_be_hidden()


def choose_day(page: Page, name: str) -> None:
    """A day of next year on the wheels."""
    at(page, name).click()
    wheels = at(page, f"{name}-picker")
    wheels.locator(".van-picker-column").first.get_by_text(NEXT_YEAR, exact=True).click()
    page.wait_for_timeout(400)  # the wheel comes to rest
    wheels.locator(".van-picker__confirm").click()
    expect(at(page, name).locator("input")).to_have_value(f"{NEXT_YEAR}-" + in_days(0)[5:])


def fill(page: Page, **values: str) -> None:
    """Fields by their names."""
    for name, value in values.items():
        page.locator(f'input[name="{name.replace("__", ".")}"]').fill(value)


def file_trailer(page: Page, stack: Stack, plate: str) -> None:
    """L6 by hand: with a tank."""
    page.goto(f"{stack.public_url}/logistics/vehicles/new")
    page.locator("[data-test=kind][data-key=trailer]").click()
    at(page, "save").click()
    expect(at(page, "plate_number")).to_contain_text("请输入完整的车牌")
    type_plate(page, plate)
    fill(page, approved_load="32", road_permit_no="YS-350100-1")
    for name in ("inspection_expiry", "road_permit_expiry", "tank.inspection_expiry"):
        choose_day(page, name)
    page.locator("[data-test=class][data-key='8']").click()
    fill(page, tank__tank_no="GC-2208", tank__volume_m3="24.5")
    page.locator("[data-test=cargo][data-key=NAOH32]").click()
    keep_picture(page, "logistics-1-trailer")
    at(page, "save").click()
    card = page.locator(f"[data-test=vehicle-card][data-id='{plate}']")
    page.wait_for_url(f"{stack.public_url}/logistics/vehicles")
    expect(card).to_have_attribute("data-validity", "valid")


def file_driver(page: Page, stack: Stack, phone: str) -> None:
    """L7 by hand: number and consent once, masked ever after."""
    page.goto(f"{stack.public_url}/logistics/people/new")
    number = fresh_id_number()
    fill(page, name="吴大勇", phone=phone, id_number=number, qualification_no="350100200001")
    page.locator("[data-test=licence][data-key=A2]").click()
    choose_day(page, "licence_expiry")
    choose_day(page, "qualification_expiry")
    page.locator("[data-test=class][data-key='8']").click()
    at(page, "save").click()
    expect(at(page, "consent")).to_contain_text("请先征得本人同意")
    page.locator("input[name=consent]").check()
    at(page, "save").click()
    page.wait_for_url(f"{stack.public_url}/logistics/people")
    at(page, "person-card").filter(has_text=phone).click()
    expect(at(page, "id_number").locator("input")).to_have_value(f"{number[:3]}{'*' * 11}{number[-4:]}")


def file_rest(person: Person, **truck: Any) -> tuple[str, str]:
    """A tractor and an escort, as if filed before. Returns plate and the escort's phone."""
    plate, phone = fresh_plate(), fresh_phone()
    person.request("PUT", VEHICLES, vehicle_form(plate, **truck)).raise_for_status()
    escort = person_form(name="陈志明", phone=phone, role="escort", id_number=fresh_id_number())
    person.request("PUT", PEOPLE, {**escort, "licence_class": "", "licence_expiry": None}).raise_for_status()
    return plate, phone


def choose(page: Page, name: str, *, key: str = "", text: str = "") -> None:
    """One of a step's rows, then on."""
    rows = at(page, name)
    (page.locator(f"[data-test={name}][data-key='{key}']") if key else rows.filter(has_text=text)).click()
    at(page, "next").click()


def at_step(page: Page, step: str) -> None:
    """The wizard asks this."""
    expect(page.locator(f"[data-test=register][data-step={step}]")).to_be_visible()


def answer_all(page: Page, order: str, truck: tuple[str, str], phones: tuple[str, str], tonnes: str) -> None:
    """Every question up to the summary; `phones` are the driver's and the escort's."""
    choose(page, "order-line", key=f"{order}/10")
    fill(page, lines__0__quantity=tonnes)
    at(page, "next").click()
    choose(page, "vehicle", key=truck[0])
    choose(page, "trailer", key=truck[1])
    choose(page, "driver", text=phones[0])
    choose(page, "escort", text=phones[1])
    at_step(page, "waybill")
    fill(page, waybill__number="YD350100001", waybill__quantity=tonnes)
    at(page, "next").click()
    at(page, "arrival-slot").first.click()
    at(page, "next").click()
    expect(at(page, "summary")).to_contain_text(f"{tonnes} 吨")


def registration_on(page: Page) -> str:
    """The id of the registration shown."""
    return str(at(page, "registration").get_attribute("data-id"))


def shown_state(page: Page, state: str) -> Locator:
    """The large word, once it is that one."""
    return page.locator(f"[data-test=status][data-state={state}]")


def test_a_driver_files_registers_queues_and_signs(handset: Page, stack: Stack, dispatcher: Dispatcher) -> None:
    """L2 L4 L5 L6 L7 L8: from an empty archive to the signature, as a person would; LE has every step once."""
    person, phone, trailer = signed_in(handset, stack, DRIVER), fresh_phone(), fresh_plate("挂")
    file_trailer(handset, stack, trailer)
    file_driver(handset, stack, phone)
    plate, escort_phone = file_rest(person)
    order = dispatcher.order(phone, ("NAOH32", "60.000"))

    handset.goto(f"{stack.public_url}/logistics/register?kind=pickup")
    answer_all(handset, order, (plate, trailer), (phone, escort_phone), "12.5")
    handset.go_back()
    at_step(handset, "arrival")
    handset.reload()
    at(handset, "next").click()
    expect(at(handset, "summary")).to_contain_text("12.5 吨")
    keep_picture(handset, "logistics-2-summary")
    at(handset, "submit").dblclick()
    expect(at(handset, "countdown")).to_contain_text("占用还剩")
    registration_id = registration_on(handset)
    keep_picture(handset, "logistics-3-registered")
    number = dispatcher.wait_for(registration_id, "card_issued")["registrationNo"]
    assert len(dispatcher.of(registration_id)) == 1
    handset.go_back()
    expect(at(handset, "register")).to_have_count(0)

    dispatcher.act(number, "report-in")
    handset.goto(f"{stack.public_url}/logistics/queue")
    place = handset.locator(f"[data-test=place][data-plate='{plate}']")
    expect(place).to_be_visible(timeout=SLOW)
    dispatcher.act(number, "call")
    expect(place).to_have_attribute("data-state", "called", timeout=SLOW)  # nobody reloads
    expect(place).to_contain_text("号鹤位（液碱）")
    keep_picture(handset, "logistics-4-called")

    for action in ("enter", "tare", "load"):
        dispatcher.act(number, action)
    dispatcher.act(number, "weigh", netWeight="12.460")
    dispatcher.act(number, "exit")
    handset.goto(f"{stack.public_url}/logistics/registrations?state=open")
    handset.locator(f"[data-test=registration-card][data-id='{registration_id}']").click()
    expect(shown_state(handset, "exited")).to_be_visible(timeout=SLOW)
    at(handset, "to-sign-off").click()
    expect(at(handset, "net")).to_have_text("12.46 吨")
    fill(handset, quantity="12.3")
    expect(at(handset, "difference")).to_contain_text("-0.16 吨")
    handset.locator("[data-test=quick-reason]").first.click()
    at(handset, "photo-input").set_input_files(
        {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": as_a_phone_takes_it(7)}
    )
    expect(at(handset, "photo")).to_have_count(1, timeout=SLOW)
    at(handset, "submit-sign-off").click()
    expect(at(handset, "signed-quantity")).to_have_text("12.3 吨")
    shown = at(handset, "sign-off-result").get_by_alt_text("签收照片")
    expect(shown).to_have_js_property("complete", value=True)
    assert shown.evaluate("image => image.naturalWidth") > 0, "the picture is shown from the bucket"
    keep_picture(handset, "logistics-5-signed")
    assert dispatcher.wait_for(registration_id, "signed")["signedQty"] == "12.300"
    handset.goto(f"{stack.public_url}/logistics/registrations/{registration_id}/sign-off")
    expect(at(handset, "signed-quantity")).to_have_text("12.3 吨")


def test_what_does_not_pass_is_said_and_a_registration_is_given_up(
    handset: Page, stack: Stack, dispatcher: Dispatcher
) -> None:
    """L1 L2 L3: every failing check with what to do, the form stays, corrected it is taken; given up, the card is back."""
    person, phone, trailer = signed_in(handset, stack, OTHER_DRIVER), fresh_phone(), fresh_plate("挂")
    plate, escort_phone = file_rest(person, road_permit_expiry=in_days(-3))
    person.request("PUT", VEHICLES, vehicle_form(trailer, approved_load="10.000")).raise_for_status()
    person.request("PUT", PEOPLE, person_form(phone=phone, id_number=fresh_id_number())).raise_for_status()
    order = dispatcher.order(phone, ("NAOH32", "40.000"))

    handset.goto(f"{stack.public_url}/logistics/register?kind=pickup")
    answer_all(handset, order, (plate, trailer), (phone, escort_phone), "12")
    at(handset, "submit").click()
    expect(handset.locator("[data-test=failed-check][data-code=road_permit_expired]")).to_contain_text(plate)
    expect(handset.locator("[data-test=failed-check][data-code=overload]")).to_contain_text(trailer)
    keep_picture(handset, "logistics-6-checks")

    seen = person.get(f"{VEHICLES}/{plate}")
    renewed = vehicle_form(plate, version=seen["version"])
    person.request("PUT", VEHICLES, renewed).raise_for_status()
    at(handset, "edit-quantity").click()
    fill(handset, lines__0__quantity="9")
    at(handset, "next").click()
    at(handset, "edit-waybill").click()
    expect(at(handset, "waybill-differs")).to_contain_text("9 吨")
    fill(handset, waybill__quantity="9")
    at(handset, "next").click()
    at(handset, "submit").click()
    expect(at(handset, "countdown")).to_be_visible()
    registration_id = registration_on(handset)
    dispatcher.wait_for(registration_id, "card_issued")
    at(handset, "cancel").click()
    handset.locator(".van-dialog__confirm").click()
    expect(shown_state(handset, "cancelled")).to_be_visible()
    assert wait_until(lambda: bool(dispatcher.of(registration_id)[0]["cardReturned"]), SLOW / 1000)

    handset.goto(f"{stack.public_url}/logistics/report")
    for name, key in (("product_code", "NAOH32"), ("plate_number", plate), ("trailer_plate_number", trailer)):
        at(handset, name).click()
        handset.locator(f"[data-test='{name}-option'][data-key='{key}']").click()
        expect(at(handset, f"{name}-sheet")).to_be_hidden()
    at(handset, "submit-report").click()
    card = at(handset, "report-card").filter(has_text=f"{plate[:2]}·{plate[2:]}")
    expect(card).to_be_visible()
    keep_picture(handset, "logistics-7-report")
    assert wait_until(lambda: len(dispatcher.reports(plate)) == 1, SLOW / 1000)
