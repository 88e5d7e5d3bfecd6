"""The incident that a mail names, and how reliably."""

from __future__ import annotations

import pytest

from incidentmail.core.ids import MailName, code_line, message_id, plus_address
from incidentmail.core.subject_prefixes import bare_subject
from incidentmail.inbound.message import Envelope, Message, parse_message
from incidentmail.inbound.thread import (
    ThreadKey,
    any_domain,
    begins_a_thread,
    plain_subject,
    thread_keys,
)

KEY = b"k" * 32
BOT = "incident-bot@example.com"
OURS = message_id(KEY, MailName("abcdef", "ghijkl", "0"), "example.com")
PLUS = plus_address(KEY, BOT, "mnopqr")


def mail(*fields: str, forward_paths: tuple[str, ...] = (), body: str = "x") -> Message:
    envelope = Envelope(way="lmtp", peer="127.0.0.1", forward_paths=forward_paths)
    return parse_message("\n".join(["From: mara@example.com", *fields, "", body, ""]).encode(), envelope)


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
    assert plain_subject(mail(*fields), ["incidents@example.com"]) == plain


@pytest.mark.parametrize(
    "fields",
    [
        (f"In-Reply-To:\n {OURS}",),
        (f"In-Reply-To: {OURS.upper()}",),
        (f"In-Reply-To: {OURS.strip('<>')}",),
        (f"In-Reply-To: {OURS[:-1]}",),
        (f'In-Reply-To: Incidents\'s message of "Fri, 20 Nov 2026 14:21:00 +0000" {OURS}',),
        (f"In-Reply-To: {OURS} (Incidents's message of Friday)",),
        (f"In-Reply-To: {OURS.replace('@', '@ ')}",),
        (f"In-Reply-To: &lt;{OURS.strip('<>')}&gt;",),
        (f"In-Reply-To: =?utf-8?Q?{OURS.replace('<', '=3C').replace('>', '=3E').replace('@', '=40')}?=",),
        (f"References: <a@x.test>,{OURS},<b@x.test>",),
        (f"References: <a@x.test>, {OURS},",),
        (f"References: <a@x.test>\n\t{OURS}\n\t<b@x.test>",),
        (f"References: <a@x.test>{OURS}<b@x.test>",),
        (f"References: {OURS.strip('<>')}, a@x.test",),
        (f"References: {OURS[:40]}\n {OURS[40:]}",),
    ],
)
def test_an_id_of_ours_is_found_however_a_mail_program_or_server_mangled_the_field(fields: tuple[str, ...]) -> None:
    assert "abcdef" in {key.ref for key in thread_keys(mail(*fields), key=KEY, address=BOT)}


@pytest.mark.parametrize(
    "body",
    [
        f"sev 1\n\nOn Friday, Incidents wrote:\n> Update 1.\n> {code_line(KEY, 'abcdef')}",
        f"sev 1\n\n> > {code_line(KEY, 'abcdef').upper()}",
        f"sev 1\n\n{code_line(KEY, 'abcdef')} _______ incidents mailing list",
    ],
)
def test_the_code_at_the_end_of_our_mails_is_the_last_thing_that_tells_the_incident(body: str) -> None:
    assert thread_keys(mail(body=body), key=KEY, address=BOT) == (ThreadKey("code", ref="abcdef"),)


def test_the_code_is_found_in_a_page() -> None:
    page = f"<p>sev 1</p><blockquote>{code_line(KEY, 'abcdef')}</blockquote>"
    message = mail("Content-Type: text/html", body=page)
    assert thread_keys(message, key=KEY, address=BOT) == (ThreadKey("code", ref="abcdef"),)


@pytest.mark.parametrize("code", ["Ref abcdef-aaaaaaaaaa", code_line(KEY, "abcdef").replace("Ref a", "Ref b"), "Ref"])
def test_a_code_that_we_did_not_make_says_nothing(code: str) -> None:
    assert thread_keys(mail(body=code), key=KEY, address=BOT) == ()


@pytest.mark.parametrize(
    "subject",
    [
        "Checkout is down",
        "Re: Checkout is down",
        "[incidents] Re: Checkout is down",
        "[incidents] AW: SV: Re[3]: [drill]  Checkout   is DOWN",
        "WG: TR: Fwd: FW: RV: Checkout is down",
        "RE : Checkout is down",
        "RÉP: Checkout is down",
        "回复：Checkout is down",
        "Отв: Checkout is down",
    ],
)
def test_subjects_are_the_same_whatever_lists_and_mail_programs_put_before_them(subject: str) -> None:
    assert bare_subject(subject) == "checkout is down"


def test_a_subject_of_nothing_but_marks_is_empty() -> None:
    assert bare_subject("[incidents] Re: AW:") == ""


def test_an_id_of_unknown_domain_is_looked_up_by_what_stands_before_the_sign() -> None:
    assert any_domain("<0100018c@eu-west-1.amazonses.com>") == any_domain("<0100018c@email.amazonses.com>")
