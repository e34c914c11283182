"""The sandbox page as a person uses it: hand the phone over, open the menu, look at the webview, try the gate."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Page, expect

from sandbox.cloud.stack import Stack


class SandboxPage:
    """Phone on the left, consoles on the right."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page = page
        page.goto(stack.sandbox_url)
        page.locator(".person").first.wait_for()

    @property
    def webview(self) -> FrameLocator:
        """What the phone's webview shows."""
        return self.page.frame_locator("#phone iframe")

    def hand_to(self, name: str) -> None:
        """Somebody else takes the phone."""
        self.page.get_by_role("radio", name=name).click()
        expect(self.page.get_by_role("radio", name=name)).to_have_attribute("aria-checked", "true")

    def open_menu(self, *names: str) -> None:
        """Tap through the account's menu: a group and its entry, or an entry that stands alone."""
        close = self.page.get_by_label("关闭", exact=True)
        if close.is_visible():
            close.click()
        for name in names:
            self.page.locator(".chat-menu").get_by_role("button", name=name, exact=True).click()

    def sign_in(self) -> None:
        """Read, tap 微信授权登录, allow; people who signed in earlier on their phone are signed in still."""
        asked = self.webview.locator("[data-test=sign-in]")
        asked.or_(self.webview.locator("[data-test=back]")).first.wait_for()
        if asked.is_visible():
            asked.click()
            self.webview.get_by_role("button", name="允许").click()
            asked.wait_for(state="detached")

    def scan(self, picture: bytes) -> None:
        """扫一扫 with a picture."""
        self.page.get_by_label("扫一扫").first.click()
        self.page.locator("#phone input[type=file]").set_input_files(
            {"name": "screen.png", "mimeType": "image/png", "buffer": picture}
        )

    def try_gate(self, kind: str, value: str, device: str = "east-turnstile-1") -> str:
        """Try to pass now; returns ``open`` or the reason why it stays shut."""
        answer = self.page.evaluate(
            """async ([kind, value, device]) => (await fetch('/sandbox/gate/pass', {method: 'POST',
               headers: {'Content-Type': 'application/json'},
               body: JSON.stringify({credential: {kind, value}, device})})).json()""",
            [kind, value, device],
        )
        return "open" if answer["open"] else str(answer["reason"])


def fill_reservation(frame: FrameLocator | Page, phone: str, host_phone: str = "13900001111") -> None:
    """The reservation form, for now and the next two hours, up to its summary."""
    frame.locator('[data-test="visitor.name"] input').fill("林晓雨")
    choose_gender(frame, "visitor.gender-female")
    frame.locator('[data-test="visitor.phone"] input').fill(phone)
    choose_host(frame, host_phone)
    frame.locator('[data-test="quick-window"][data-key="now"]').click()
    frame.get_by_role("button", name="设备检修").click()
    frame.locator("[data-test=review]").click()


def choose_gender(frame: FrameLocator | Page, name: str) -> None:
    """Tap the drawn choice once it stands still; its radio button is not to be seen."""
    radio = frame.locator(f'[data-test="{name}"]')
    radio.locator("xpath=..").click()
    expect(radio).to_be_checked()


def choose_host(frame: FrameLocator | Page, query: str, name: str = "") -> None:
    """Look the host up by phone number or full name and tap whoever is meant."""
    frame.locator("[data-test=host-query] input").fill(query)
    frame.locator("[data-test=host-find]").click()
    frame.locator("[data-test=host-candidate]", has_text=name).first.click()
    frame.locator("[data-test=host-chosen]").wait_for()
