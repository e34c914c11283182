"""Every use case that exists, with the AWS calls it makes and the budget that holds for it (design 9)."""

from __future__ import annotations

from bench import logistics_steps, steps, visit_steps
from bench.budget import (
    ATTEMPT,
    BATCH,
    CHANGE,
    COMMIT,
    GET,
    OBJECT,
    PUT,
    QUERY,
    READ,
    READ_WITH_NAMES,
    SEND,
    SEND_ALL,
    UPDATE,
    Budget,
    UseCase,
)
from bench.canteen_usecases import CANTEEN
from bench.world import APPROVALS, USERS, VISITS

TOLD = Budget("2 reads 1 trans 1 send per peer", 2, 1, 2)
"""A change that two peers hear of: the gate, and WeChat for the visitor. Each has a queue, so each takes a send."""
FILE = Budget("2 reads 1 trans 1 upload", 2, 1, uploads=1)
"""A file that API Gateway cannot answer lies in a bucket until the browser has fetched it."""
COUNTED = Budget("1 read 1 trans", 1, 1)
"""A search at a peer: it is counted before it is asked."""
PUBLICATION = Budget("1 claim + a change", 2, 1, 1, puts=1)
"""WeChat keeps no versions of a menu: who publishes says so before (one update), and the result is recorded after."""
WITH_PHOTO = Budget("4 reads 1 trans 1 send", 4, 1, 1)
"""A photo is looked at in the bucket before it is taken, and so is the saved visitor whose photo it is or replaces."""
CLAIM = Budget("1 put + a change", 2, 1, 1, puts=1)
"""A code of WeChat's is spent by asking: it is claimed before (one put), its result recorded after (one change)."""
TWO_ATTEMPTS = Budget("4 changes", 8, 4, 4)
"""Two attempts, each of two changes: it begins, and its result is recorded."""
THREE_ATTEMPTS = Budget("6 changes + 1 look at the order", 13, 6, 6)
"""The revocation, and the two attempts of the new version, which looks once whether the revocation is done."""
NOTICE = Budget("2 changes + 1 read", 5, 2, 2)
"""The attempt begins and its result is recorded; before that, whether WeChat's report of the message has come first."""
TWO_PASSAGES = Budget("an attempt + a passage", 7, 3, 1)
"""Following an event up: the attempt's two changes, and the passage's own."""
REDELIVERY = Budget("1 query per peer, 1 send per 10", 7, 0, 3)
PASSAGES = Budget("place, known, due; 2 reads 1 trans 1 send each", 53, 26, 25)
"""Reading passages: three reads and one write whatever there is, and of each new passage its order, its visit,
one transaction, and the message to its host. (Finding the host by phone is one read more, once a visit.)"""
LOG = Budget("2 reads + 1 batch", 3)
"""The log keeps ids; the names of a page stand in its visits and are read together."""
RULES_PAGE = Budget("4 reads + 1 batch", 5)
"""One product for the office: its item, who holds what, its history, and the names in that."""
MONTH = Budget("2 reads + 400 points in 4 batches", 6)
"""A chart asks for the samples it shows, however long the time is."""
SWEEP = Budget("1 query; 1 trans 2 sends each", 1, 25, 50)
"""A transaction for each hold that is over; LE and the driver are told."""
ALTERED = Budget("3 reads 1 trans 1 send", 3, 1, 1)
"""Which truck and crew are looked up stands in the registration that is changed."""
RELEASED = Budget("3 reads 1 trans 1 send per peer", 3, 1, 2)
"""LE and the driver are told, and the office is shown people's names, read together."""
ORDERS = Budget("user, people, 1 trans", 3, 1)
"""LE is asked for the phones of the user's drivers, who are listed first; what it says is kept for when it is silent."""
BOARD = Budget("1 read 1 put", 1, puts=1)
LOOK = Budget("1 query; a product: 2 reads 2 writes", 3, puts=2)
"""Its item and whose holds count, a sample and what was seen; a transaction more for each hold that settles."""
COUNT = Budget("1 query; a product: 2 reads and its holds", 4)
CLOSING = Budget("1 query, 1 trans each", 1, 25, 3)
"""A transaction for each visit that is over, its pushes woken ten at a time."""

USE_CASES: tuple[UseCase, ...] = (
    UseCase("who am I", READ, (GET,), steps.get("visitor", "/api/session")),
    UseCase("own visits", READ, (GET, QUERY), steps.get("visitor", VISITS)),
    UseCase("own visit", READ, (GET, GET), steps.show("visitor", VISITS)),
    UseCase("saved visitors", READ, (GET, QUERY), steps.get("visitor", "/api/visitor/saved")),
    UseCase("approvals, waiting", READ, (GET, QUERY), steps.get("approver", APPROVALS)),
    UseCase("approvals, decided", READ, (GET, QUERY), steps.get("approver", APPROVALS, view="decided")),
    UseCase("visit to decide", READ, (GET, GET), steps.show("approver", APPROVALS)),
    UseCase("office list", READ, (GET, QUERY), steps.get("office", "/api/office/visits")),
    UseCase("office list, filtered", READ, (GET, QUERY), steps.get("office", "/api/office/visits", status="submitted")),
    UseCase("office list, searched", READ, (GET, QUERY), steps.get("office", "/api/office/visits", q="海峰")),
    UseCase("office list, day of the visit", READ, (GET, QUERY), steps.of_day("/api/office/visits")),
    UseCase("office workbook", FILE, (GET, QUERY, COMMIT, "PutObject"), steps.workbook),
    UseCase("opening hours", READ, (), steps.get("visitor", "/api/visitor/opening-hours")),
    UseCase("find a host", COUNTED, (GET, COMMIT), steps.find_host),
    UseCase("office export", CHANGE, (GET, QUERY, COMMIT), steps.get("office", "/api/office/visits.csv")),
    UseCase("office visit", READ, (GET, GET), steps.show("office", "/api/office/visits")),
    UseCase("office pushes", READ, (GET, QUERY), steps.get("office", "/api/office/pushes")),
    UseCase("office notices", READ_WITH_NAMES, (GET, QUERY, "BatchGetItem"), steps.notices),
    UseCase("company news", READ, (QUERY,), steps.get("visitor", "/api/news")),
    UseCase("office users", READ, (GET, QUERY), steps.get("administrator", USERS)),
    UseCase("office users, searched", READ, (GET, QUERY), steps.get("administrator", USERS, query="visitor")),
    UseCase("office user", READ, (GET, GET), steps.get("administrator", f"{USERS}/USERVISITOR")),
    UseCase("office, who is inside", READ, (GET, QUERY), steps.inside),
    UseCase("office passages", LOG, (GET, QUERY, BATCH), steps.passages),
    UseCase("audit log", READ_WITH_NAMES, (GET, QUERY, BATCH), steps.audit_log),
    UseCase("change a role", CHANGE, (GET, GET, COMMIT), steps.change_role),
    UseCase("submit visit", CHANGE, (GET, COMMIT), steps.submit),
    UseCase("submit the same again", CHANGE, (GET, COMMIT, BATCH), steps.submit_again),
    UseCase("submit a party of ten", CHANGE, (GET, COMMIT), visit_steps.submit_party),
    UseCase("submit the same party", CHANGE, (GET, COMMIT, BATCH), visit_steps.submit_party_again),
    UseCase("own party", READ, (GET, BATCH), visit_steps.show_party("visitor", "/api/visitor/parties")),
    UseCase("party to decide", READ, (GET, BATCH), visit_steps.show_party("approver", "/api/visitor/party-approvals")),
    UseCase("office party", READ, (GET, BATCH), visit_steps.show_party("office", "/api/office/parties")),
    UseCase("approve a party of ten", TOLD, (GET, BATCH, COMMIT, SEND_ALL, SEND_ALL), visit_steps.approve_party),
    UseCase("cancel a party of ten", CHANGE, (GET, BATCH, COMMIT, SEND_ALL), visit_steps.cancel_party),
    UseCase("begin a face upload", CHANGE, (GET, COMMIT), steps.begin_face),
    UseCase("submit with a face", WITH_PHOTO, (GET, OBJECT, GET, COMMIT), steps.submit_face),
    UseCase("submit with a saved face", WITH_PHOTO, (GET, QUERY, OBJECT, GET, COMMIT), steps.submit_saved_face),
    UseCase("cancel submitted visit", CHANGE, (GET, GET, COMMIT), steps.decide("visitor", VISITS, "cancel")),
    UseCase("cancel approved visit", CHANGE, (GET, GET, COMMIT, SEND), steps.cancel_approved),
    UseCase("approve on phone", TOLD, (GET, GET, COMMIT, SEND, SEND), steps.decide("approver", APPROVALS, "approve")),
    UseCase(
        "approve in office",
        TOLD,
        (GET, GET, COMMIT, SEND, SEND),
        steps.decide("office", "/api/office/visits", "approve"),
    ),
    UseCase(
        "refuse", CHANGE, (GET, GET, COMMIT, SEND), steps.decide("approver", APPROVALS, "refuse", reason="时间不合适")
    ),
    UseCase("change submitted visit", CHANGE, (GET, BATCH, COMMIT), visit_steps.change("submitted")),
    UseCase("change approved visit", CHANGE, (GET, BATCH, COMMIT, SEND), visit_steps.change("approved")),
    UseCase("the same change again", CHANGE, (GET, BATCH), visit_steps.change("changed")),
    UseCase("save a visitor", CHANGE, (GET, QUERY, COMMIT), steps.save),
    UseCase("change a saved visitor", CHANGE, (GET, GET, COMMIT), steps.change_saved),
    UseCase("remove a saved visitor", CHANGE, (GET, GET, COMMIT), steps.remove_saved),
    UseCase("retry a push", CHANGE, (GET, GET, COMMIT, SEND), steps.retry),
    UseCase("office sign-in: open", CHANGE, (COMMIT,), steps.ticket((), "open")),
    UseCase("office sign-in: scan", CHANGE, (GET, GET, COMMIT), steps.ticket((), "scan")),
    UseCase("office sign-in: confirm", CHANGE, (GET, GET, COMMIT), steps.ticket(("scan",), "confirm")),
    UseCase("office sign-in: poll", READ, (GET,), steps.ticket(("scan",), "check")),
    UseCase("office sign-in: redeem", CHANGE, (GET, COMMIT), steps.ticket(("scan", "confirm"), "check")),
    UseCase("first WeChat sign-in", CLAIM, (PUT, GET, COMMIT), steps.first_sign_in),
    UseCase("next WeChat sign-in", CLAIM, (PUT, GET, GET, COMMIT), steps.next_sign_in),
    UseCase("appoint staff", CHANGE, (GET, COMMIT), steps.appoint),
    UseCase("publish menu", PUBLICATION, (GET, UPDATE, COMMIT), steps.publish_menu),
    UseCase("gate: register, rights", TWO_ATTEMPTS, (QUERY, *ATTEMPT, QUERY, *ATTEMPT, SEND, QUERY), steps.deliver),
    UseCase(
        "gate: changed visit",
        THREE_ATTEMPTS,
        (QUERY, *ATTEMPT, QUERY, COMMIT, GET, QUERY, GET, COMMIT, QUERY, *ATTEMPT, SEND, QUERY),
        visit_steps.deliver_changed,
    ),
    UseCase("notice: send", NOTICE, (QUERY, COMMIT, GET, GET, GET, COMMIT, QUERY), steps.notify),
    UseCase("gate: message again", READ, (QUERY,), steps.deliver_done),
    UseCase("gate: take an event", CHANGE, (COMMIT, SEND), steps.take_event),
    UseCase(
        "gate: follow an event",
        TWO_PASSAGES,
        (QUERY, COMMIT, BATCH, GET, GET, COMMIT, SEND, GET, GET, COMMIT, QUERY),
        steps.follow_event,
    ),
    UseCase("gate: send rights again", CHANGE, (GET, GET, COMMIT, SEND), steps.send_rights_again),
    UseCase(
        "reading of 25 passages",
        PASSAGES,
        (GET, BATCH, *(GET, GET, COMMIT, SEND) * 25, COMMIT, QUERY),
        steps.read_passages,
    ),
    UseCase(
        "redelivery of 25",
        REDELIVERY,
        (QUERY, QUERY, QUERY, *(SEND_ALL,) * 3, QUERY, QUERY, QUERY, QUERY),  # the third of seven peers is the gate
        steps.wake_due,
    ),
    UseCase("closing of 25", CLOSING, (QUERY, *(COMMIT,) * 25, *("SendMessageBatch",) * 3), steps.close_over),
    UseCase("products, in words", READ, (GET, QUERY), logistics_steps.products),
    UseCase("own orders", ORDERS, (GET, QUERY, BATCH, COMMIT), logistics_steps.orders),
    UseCase("lanes, first look", READ, (GET, GET), logistics_steps.lanes),
    UseCase("lanes, next look", READ, (GET,), logistics_steps.lanes_again),
    UseCase("lanes read from LE", BOARD, (GET, PUT), logistics_steps.lanes_read),
    UseCase(
        "lanes, trucks a day", READ, (GET, QUERY), logistics_steps.office("/api/office/logistics/lanes/throughput")
    ),
    UseCase("register a pickup", CHANGE, (GET, BATCH, COMMIT, SEND), logistics_steps.register),
    UseCase("register the same again", READ, (GET, BATCH), logistics_steps.register_again),
    UseCase("own registrations", READ, (GET, QUERY), logistics_steps.own_list),
    UseCase("own registration", READ, (GET, GET), logistics_steps.own),
    UseCase("cancel a registration", CHANGE, (GET, GET, COMMIT, SEND), logistics_steps.cancel),
    UseCase("change a registration", ALTERED, (GET, GET, BATCH, COMMIT, SEND), logistics_steps.change),
    UseCase("release a registration", RELEASED, (GET, GET, COMMIT, SEND, SEND, BATCH), logistics_steps.release),
    UseCase(
        "office registrations",
        READ_WITH_NAMES,
        (GET, QUERY, BATCH),
        logistics_steps.office("/api/office/logistics/registrations"),
    ),
    UseCase("office stock", READ, (GET, QUERY), logistics_steps.office(logistics_steps.STOCK)),
    UseCase(
        "office stock, one product",
        RULES_PAGE,
        (GET, GET, QUERY, BATCH, QUERY),
        logistics_steps.one_product,
    ),
    UseCase("office stock, a month", MONTH, (GET, GET, BATCH, BATCH, BATCH, BATCH), logistics_steps.month_of_stock),
    UseCase("a product's rules", CHANGE, (GET, GET, COMMIT), logistics_steps.save_rules),
    UseCase("exceptions from checks", READ, (GET, QUERY), logistics_steps.office(logistics_steps.WAIVERS)),
    UseCase("allow an exception", CHANGE, (GET, COMMIT), logistics_steps.allow_exception),
    UseCase("withdraw an exception", CHANGE, (GET, GET, COMMIT), logistics_steps.withdraw_exception),
    UseCase("sweep of 25 holds", SWEEP, (QUERY, *(COMMIT, SEND, SEND) * 25), logistics_steps.sweep),
    UseCase("look at the tanks", LOOK, (QUERY, GET, QUERY, PUT, UPDATE), logistics_steps.watch),
    UseCase("holds counted anew", COUNT, (QUERY, GET, QUERY, GET), logistics_steps.count_anew),
    *CANTEEN,
)
