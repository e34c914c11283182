"""Steps of money and meal cards: the diner's, WeChat Pay's, the queues' workers', the canteen office's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.payer import ACCOUNT, OFFICE, TOP_UPS, Payer, tell
from bench.steps import Action, Prepare
from bench.world import World, succeeded
from chalicelib.core.clock import utc_now
from chalicelib.domains.canteen.topups import certificates, querying
from chalicelib.integrations.wechat_pay.port import Payment


def of_payer(act: Callable[[Payer], Any]) -> Prepare:
    """Something a diner does or looks at, who has a top-up on the card."""

    def prepare(world: World) -> Action:
        payer = Payer(world)
        payer.credit(payer.paid())
        return lambda: succeeded(act(payer))

    return prepare


def in_office(path: str, **query: str) -> Prepare:
    """A list of the canteen's office."""
    return of_payer(lambda payer: payer.office.get(f"{OFFICE}/{path}", **query))


def over_days(path: str, *, of_account: bool = False, **query: str) -> Prepare:
    """A list of the canteen's office over some days, of everybody or one account."""

    def look(payer: Payer) -> Any:
        account = {"account_no": payer.account_no} if of_account else {}
        return payer.office.get(f"{OFFICE}/{path}", **payer.days, **account, **query)

    return of_payer(look)


def create(world: World) -> Action:
    """Ordered, with its pay sheet."""
    payer = Payer(world)
    form = payer.form()
    return lambda: succeeded(payer.phone.post(TOP_UPS, form))


def create_again(world: World) -> Action:
    """The same form once more: the top-up it made is found."""
    payer = Payer(world)
    form = payer.form()
    succeeded(payer.phone.post(TOP_UPS, form))
    return lambda: succeeded(payer.phone.post(TOP_UPS, form))


def of_order(act: Callable[[Payer, str], Any], before: Callable[[Payer], str] = Payer.order) -> Prepare:
    """Something done with a top-up that ``before`` made."""

    def prepare(world: World) -> Action:
        payer = Payer(world)
        top_up_id = before(payer)
        return lambda: act(payer, top_up_id)

    return prepare


def on_phone(verb: str, *, was_paid: bool = False) -> Prepare:
    """A step of the diner's with a top-up, which WeChat has taken the money for or not."""

    def before(payer: Payer) -> str:
        top_up_id = payer.order()
        if was_paid:
            payer.pay(top_up_id)
        return top_up_id

    return of_order(lambda payer, top_up_id: succeeded(payer.phone.post(f"{TOP_UPS}/{top_up_id}/{verb}")), before)


def by_clerk(verb: str, body: Any = None, before: Callable[[Payer], str] = Payer.paid) -> Prepare:
    """A step of the office's with a top-up."""

    def act(payer: Payer, top_up_id: str) -> Any:
        return succeeded(payer.office.post(f"{OFFICE}/topups/{top_up_id}/{verb}", body))

    return of_order(act, before)


show_own = of_order(lambda payer, top_up_id: succeeded(payer.phone.get(f"{TOP_UPS}/{top_up_id}")))
show_to_office = of_order(lambda payer, top_up_id: succeeded(payer.office.get(f"{OFFICE}/topups/{top_up_id}")))
credit = of_order(lambda payer, top_up_id: payer.credit(top_up_id), Payer.paid)


def paid_in_wechat(world: World) -> Payment:
    """A payment nobody has told of; a function that is warm has looked for certificates in the last five minutes."""
    payer = Payer(world)
    certificates.keyring()
    return payer.pay(payer.order())


def take_notification(world: World) -> Action:
    """WeChat Pay tells of a payment; with the signature, the seal and everything."""
    payment = paid_in_wechat(world)
    return lambda: tell(payment)


def take_notification_again(world: World) -> Action:
    """The very same request."""
    payment = paid_in_wechat(world)
    tell(payment)
    return lambda: tell(payment)


def refund(world: World) -> Action:
    """One message: the canteen is asked once more, WeChat Pay takes the refund and settles it."""
    top_up_id = Payer(world).rejected()
    return lambda: world.refunding.deliver(f"pay:topup:{top_up_id}")


def query_due(world: World, how_many: int = 25) -> Action:
    """The schedule's run with so many unpaid top-ups to ask about, half of them paid since."""
    payer = Payer(world)
    later = utc_now() + timedelta(minutes=2)
    querying.query_due(world.pay, lambda: later)
    for number in range(how_many):
        payer = Payer(world) if number % 10 == 0 else payer
        top_up_id = payer.order()
        if number % 2:
            payer.pay(top_up_id)
    return lambda: querying.query_due(world.pay, lambda: later)


def known_card(payer: Payer) -> str:
    """Number of a card the canteen told of."""
    return str(succeeded(payer.phone.get(ACCOUNT)).json["cards"][0]["card_no"])


def lose(payer: Payer, card_no: str) -> Any:
    """A card is reported lost."""
    body = {"request_id": payer.form()["request_id"]}
    return succeeded(payer.phone.post(f"/api/canteen/cards/{card_no}/loss", body))


def lost_card(payer: Payer) -> str:
    """A card whose loss the canteen has not been told yet."""
    card_no = known_card(payer)
    lose(payer, card_no)
    return card_no


report_loss = of_order(lose, known_card)
push_loss = of_order(lambda payer, card_no: payer.world.crediting.deliver(f"canteen:card:{card_no}"), lost_card)


def ask_export(world: World) -> Action:
    """A file of the last days."""
    payer = Payer(world)
    body = {"request_id": payer.form()["request_id"], "what": "topups", **payer.days}
    return lambda: succeeded(payer.office.post(f"{OFFICE}/exports", body))


def unbind(world: World) -> Action:
    """The office ends somebody's binding."""
    payer = Payer(world)
    path = f"{OFFICE}/users/{payer.user_id}"
    version = succeeded(payer.office.get(path)).json["version"]
    return lambda: succeeded(payer.office.post(f"{path}/unbind", {"reason": "离职", "version": version}))
