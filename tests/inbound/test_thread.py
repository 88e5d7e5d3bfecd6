"""Which incident a mail names, and how safely."""

from __future__ import annotations

import pytest

from incidentmail.core.ids import MailName, message_id, plus_address
from incidentmail.inbound.message import Envelope, Message, parse_message
from incidentmail.inbound.thread import ThreadKey, begins_a_thread, plain_subject, thread_keys

KEY = b"k" * 32
BOT = "incident-bot@example.com"
OURS = message_id(KEY, MailName("abcdef", "ghijkl", "0"), "example.com")
PLUS = plus_address(KEY, BOT, "mnopqr")


def mail(*fields: str, forward_paths: tuple[str, ...] = ()) -> Message:
    envelope = Envelope(way="lmtp", peer="127.0.0.1", forward_paths=forward_paths)
    return parse_message("\n".join(["From: mara@example.com", *fields, "", "x", ""]).encode(), envelope)


def test_the_safest_key_comes_first() -> None:
    message = mail(f"To: incidents@example.com, {PLUS}", f"In-Reply-To: {OURS}", "References: <a@x.test> <b@x.test>")
    assert thread_keys(message, key=KEY, address=BOT) == (
        ThreadKey("plus-address", ref="mnopqr"),
        ThreadKey("in-reply-to", ref="abcdef", message_id=OURS),
        ThreadKey("references", message_id="<b@x.test>"),
        ThreadKey("references", message_id="<a@x.test>"),
    )


def test_the_plus_address_may_stand_in_the_envelope_alone_and_in_any_case_of_letters() -> None:
    message = mail("To: undisclosed-recipients:;", forward_paths=(PLUS.upper(),))
    assert thread_keys(message, key=KEY, address=BOT) == (ThreadKey("plus-address", ref="mnopqr"),)


@pytest.mark.parametrize(
    "address", [PLUS.replace("mnopqr", "mnopqa"), PLUS.replace("@example.com", "@evil.test"), "x" + PLUS, BOT]
)
def test_a_plus_address_that_we_did_not_make_says_nothing(address: str) -> None:
    assert thread_keys(mail(f"To: {address}"), key=KEY, address=BOT) == ()


def test_an_id_of_ours_is_known_in_lower_case_and_in_another_domain() -> None:
    (found,) = thread_keys(
        mail(f"In-Reply-To: {OURS.lower().replace('example.com', 'ses.test')}"), key=KEY, address=BOT
    )
    assert found.ref == "abcdef"


def test_a_forged_id_is_only_an_id_to_look_up() -> None:
    (found,) = thread_keys(mail(f"In-Reply-To: {OURS.replace('abcdef', 'abcdea')}"), key=KEY, address=BOT)
    assert found.ref is None


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        (("Subject: Checkout is down",), True),
        (("Subject: [incidents] Checkout is down",), True),
        (("Subject: Regarding checkout: it is down",), True),
        (("Subject: Re: Checkout is down",), False),
        (("Subject: [incidents] AW: Checkout is down",), False),
        (("Subject: Fwd: Checkout is down",), False),
        (("Subject: Checkout is down", "In-Reply-To: <a@x.test>"), False),
        (("Subject: Checkout is down", "References: <a@x.test>"), False),
    ],
)
def test_what_begins_a_thread(fields: tuple[str, ...], begins: bool) -> None:
    assert begins_a_thread(mail(*fields)) is begins


@pytest.mark.parametrize(
    ("fields", "plain"),
    [
        (("List-Post: <mailto:incidents@example.com>", "Subject: [incidents] It is down"), "It is down"),
        (("List-Post: <mailto:incidents@example.com>", "Subject: [Incidents]  It is down"), "It is down"),
        (("List-Post: <mailto:incidents@example.com>", "Subject: [EU] It is down"), "[EU] It is down"),
        (
            (
                "List-Post: <mailto:incidents@example.com>",
                'List-Id: "Everything Broken" <incidents.example.com>',
                "Subject: [Everything Broken] It is down",
            ),
            "It is down",
        ),
        (("Subject: [incidents] It is down",), "[incidents] It is down"),
    ],
)
def test_only_our_lists_own_prefix_is_taken_off(fields: tuple[str, ...], plain: str) -> None:
    assert plain_subject(mail(*fields), "incidents@example.com") == plain
