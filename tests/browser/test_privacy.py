"""V1 V9: a visitor is asked before entering an ID number, sees it masked, and takes it back; in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from sandbox.cloud.stack import Stack
from tests.browser.conftest import keep_picture
from tests.browser.sandbox_page import fill_reservation
from tests.stack.people import OTHER, Person, fresh_phone
from tests.stack.test_privacy import id_number

pytestmark = pytest.mark.browser


def signed_in(handset: Page, stack: Stack, openid: str) -> Person:
    """The phone's browser gets the session of somebody who signed in."""
    person = Person(stack, openid).sign_in()
    handset.context.add_cookies(
        [{"name": name, "value": value, "url": stack.public_url} for name, value in person.cookies.items()]
    )
    return person


def test_consents_are_asked_first_and_can_be_taken_back(handset: Page, stack: Stack) -> None:
    person, number, phone = signed_in(handset, stack, OTHER), id_number(), fresh_phone()
    assert person.request("POST", "/api/visitor/erase-my-data").status_code == 204
    handset.goto(f"{stack.public_url}/visitor/saved")
    handset.locator("[data-test=add-saved]").click()
    handset.locator('[data-test="id_number-ask"]').click()
    screen = handset.locator("[data-test=consent-screen][data-kind=id_number]")
    expect(screen).to_contain_text("可以不同意")
    keep_picture(handset, "phone-consent-id-number")
    handset.locator("[data-test=consent-refuse]").click()
    expect(screen).to_be_hidden()
    expect(handset.locator('[data-test="id_number-ask"]')).to_be_visible()

    handset.goto(f"{stack.public_url}/visitor/reserve")
    handset.locator('[data-test="visitor.id_number-ask"]').click()
    handset.locator("[data-test=consent-grant]").click()
    expect(screen).to_be_hidden()
    handset.locator('[data-test="visitor.id_number"] input').fill("110105194912310021")
    fill_reservation(handset, phone)
    expect(handset.locator('[data-test="visitor.id_number"]')).to_contain_text("请核对 18 位号码")
    handset.locator('[data-test="visitor.id_number"] input').fill(number.lower())
    handset.locator("[data-test=review]").click()
    expect(handset.locator("[data-test=summary]")).to_contain_text(f"350***********{number[-4:]}")
    keep_picture(handset, "phone-summary-id-number")
    handset.locator("[data-test=submit]").click()
    expect(handset.locator("[data-test=visit]")).to_contain_text(f"350***********{number[-4:]}")
    assert number not in str(handset.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))

    handset.goto(f"{stack.public_url}/me")
    handset.locator("[data-test=link-privacy]").click()
    card = handset.locator("[data-test=consent][data-kind=id_number]")
    expect(card).to_contain_text("已同意")
    expect(handset.locator("[data-test=consent-records]")).to_contain_text("不同意“使用身份证号”")
    keep_picture(handset, "phone-consents")
    card.locator("[data-test=withdraw]").click()
    handset.get_by_role("button", name="撤回", exact=True).last.click()
    expect(card).to_contain_text("已撤回")
    newest = person.get("/api/visitor/visits")["items"][0]
    assert (newest["visitor"]["phone"], newest["status"]) == (phone, "cancelled")
    assert newest["visitor"]["id_number_masked"] is None


def test_the_privacy_page_is_for_everybody(handset: Page, stack: Stack) -> None:
    handset.goto(f"{stack.public_url}/privacy")
    expect(handset.locator("[data-test=privacy-section]").last).to_contain_text("撤回")
    expect(handset.get_by_text("来访结束 180 天后")).to_be_visible()
    keep_picture(handset, "phone-privacy")
