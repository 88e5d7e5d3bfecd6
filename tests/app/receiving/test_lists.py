"""Answers from every mail program, through lists and relays of every kind, reach the right incident once."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from envelopes import bounces_of
from waiting_mail import apply_all

from incidentmail.app.context import AppContext
from incidentmail.app.receiving.apply import accept_mails
from incidentmail.demo.standin_post import ListStyle, list_copy
from incidentmail.inbound.message import Envelope
from incidentmail.ledger.values import Outcome

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST = "incidents@example.com"
FOOTER = f"_______________________________________________\nincidents mailing list -- {LIST}\n"
SES = "0100018c5c8d9a2b-1b2c3d4e-5f60-7182-93a4-b5c6d7e8f901-00000"


def _clients() -> dict[str, Any]:
    """Return the mail programs of tests/reply, which quote our mails in their own styles."""
    path = Path(__file__).parents[2] / "reply" / "extraction" / "test_clients.py"
    spec = importlib.util.spec_from_file_location("mail_clients", path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # where dataclasses look for it
    spec.loader.exec_module(module)
    return dict(module.CLIENTS)


CLIENTS = _clients()
STYLES = {
    "plain": ListStyle(address=LIST, prefix="[incidents]", footer=FOOTER),
    "munging": ListStyle(address=LIST, prefix="[incidents]", footer=FOOTER, munge=True),
    "wrapping": ListStyle(address=LIST, prefix="[incidents]", footer=FOOTER, wrap=True),
    "anonymous": ListStyle(address=LIST, prefix="[incidents]", footer=FOOTER, anonymous=True),
}


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def thread_of(client: str, mail: EmailMessage) -> str:
    """Return the header fields by which that program refers to the mail that it answers."""
    id_, references = mail["Message-ID"], mail["References"] or ""
    if client.startswith("outlook desktop"):
        return ""  # as some versions do behind some servers
    if client.startswith("outlook"):
        return f"In-Reply-To: {id_}\nReferences: {','.join([*references.split(), id_])}\n"
    if client == "ios":
        return f"In-Reply-To: {id_}\n"
    return f"In-Reply-To: {id_}\nReferences: {references}\n {id_}\n"


def text_of(mail: EmailMessage) -> str:
    """Return the text that a mail program shows and quotes. For a wrapped post, this is the text of the post."""
    wrapped = next((part for part in mail.walk() if part.get_content_type() == "message/rfc822"), None)
    shown = wrapped.get_content() if wrapped else mail
    part = shown.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).rstrip("\n")


def answer(mails: Mails, client: str, typed: str, mail: EmailMessage, sender: str) -> bytes:
    subject = re.sub(r"^\[incidents\] (Re: )?|^Re: ", "", str(mail["Subject"]))
    mark = {"german": "AW", "french": "RE "}.get(client.rpartition(", ")[2], "Re")
    return mails.new(
        CLIENTS[client].above([typed], text_of(mail)), sender=sender, subject=f"{mark}: {subject}",
        to=str(mail["Reply-To"]), more=thread_of(client, mail),
    )  # fmt: skip


def arrive(context: AppContext, *raws: bytes) -> list[Outcome]:
    mails = [(raw, Envelope(way="lmtp", peer="127.0.0.1", reverse_path=bounces_of(raw))) for raw in raws]
    accept_mails(context, mails)
    return apply_all(context)


MANY_STEPS = "".join(f'[[severity]]\nlevel = {n}\nname = "step {n}"\n' for n in range(1, 61))
"""A scale with so many steps that each answer makes the severity worse, and none has to wait because answers cross."""


def severity_of(context: AppContext) -> tuple[int, str | None, int]:
    """Return the severity, who changed it last, and how often it was changed."""
    with context.ledger.snapshot() as view:
        (incident,) = [i for i in view.incidents(everything=False) if "checkout" in i.id]
        changed = [e for e in view.entries(incident.id) if e.recorded.event.kind == "severity_changed.v1"]
        return incident.severity, changed[-1].recorded.by.address if changed else None, len(changed)


@pytest.mark.parametrize("direct_first", [True, False], ids=["direct first", "list first"])
@pytest.mark.parametrize("style", ["plain", "munging", "wrapping"])
def test_an_answer_that_comes_twice_counts_once_for_its_author(
    installation: Installation, mails: Mails, style: str, direct_first: bool
) -> None:
    installation.configure(MANY_STEPS)
    ours = bytes(installation.declare("Checkout is rejecting card payments", "--severity", "60"))
    installation.declare("Another thing")
    seen = list_copy(ours, STYLES[style])
    with installation.context() as context:
        (own,) = arrive(context, seen)
        assert own.rule == "own-mail-returned"
        for count, client in enumerate(sorted(CLIENTS), 1):
            address, severity = f"person{count}@example.com", 60 - count
            direct = answer(mails, client, f"sev {severity}", parsed(seen), f"Person {count} <{address}>")
            copies = [direct, list_copy(direct, STYLES[style])]
            first, second = arrive(context, *(copies if direct_first else copies[::-1]))
            assert (first.outcome, first.header_from) == ("applied", address), (client, first)
            assert second.outcome == "duplicate", (client, second)
            assert severity_of(context) == (severity, address, count), client


@pytest.mark.parametrize("style", ["plain", "munging", "wrapping"])
def test_an_answer_through_the_list_alone_lands_where_it_belongs(
    installation: Installation, mails: Mails, style: str
) -> None:
    installation.configure(MANY_STEPS)
    ours = bytes(installation.declare("Checkout is rejecting card payments", "--severity", "60"))
    installation.declare("Another thing")
    seen = list_copy(ours, STYLES[style])
    with installation.context() as context:
        arrive(context, seen)
        for count, client in enumerate(sorted(CLIENTS), 1):
            address, severity = f"person{count}@example.com", 60 - count
            direct = answer(mails, client, f"sev {severity}", parsed(seen), f"Person {count} <{address}>")
            only_list = re.sub(rb"(?m)^To: .*", b"To: " + LIST.encode(), direct)
            (outcome,) = arrive(context, list_copy(only_list, STYLES[style]))
            assert (outcome.outcome, outcome.header_from) == ("applied", address), (client, outcome)
            assert severity_of(context) == (severity, address, count), client


def test_a_list_that_hides_its_authors_makes_nobody_else_of_them(installation: Installation, mails: Mails) -> None:
    installation.configure(MANY_STEPS)
    ours = bytes(installation.declare("Checkout is rejecting card payments", "--severity", "60"))
    installation.declare("Another thing")
    seen = list_copy(ours, STYLES["anonymous"])
    with installation.context() as context:
        (own,) = arrive(context, seen)
        assert own.rule == "own-mail-returned"
        for count, client in enumerate(sorted(CLIENTS), 1):
            address = f"person{count}@example.com"
            direct = answer(mails, client, f"sev {60 - count}", parsed(seen), f"Person {count} <{address}>")
            (hidden,) = arrive(context, list_copy(direct, STYLES["anonymous"]))
            assert hidden.outcome == "filed", (client, hidden)
            assert "hides who wrote it" in str(hidden.reason)
            assert severity_of(context)[2] == count - 1
            (known,) = arrive(context, direct)  # sent to us as well, by hand
            assert (known.outcome, known.header_from) == ("applied", address), (client, known)
            assert severity_of(context) == (60 - count, address, count)


def test_a_list_that_hides_its_authors_is_told_once_and_our_mails_invite_no_answer_through_it(
    installation: Installation, mails: Mails
) -> None:
    installation.configure('[operator]\naddress = "postmaster@example.com"\n')
    declared = installation.declare("Checkout is rejecting card payments", "--severity", "4")
    assert "Worse? Reply: sev" in declared.get_content()
    for number in range(2):
        reply = mails.reply_to(declared, "sev 1", "Jayla <jayla@example.com>", message_id=f"<h{number}@mua.example>")
        assert installation.ingest(list_copy(reply, STYLES["anonymous"]))["outcome"] == "filed"
    alarms = [mail for mail in installation.private if "hides who writes" in str(mail["Subject"])]
    assert [str(alarm["Subject"]) for alarm in alarms] == [f"The list hides who writes: {LIST}"]
    assert "tell people to write to incident-bot@example.com as well" in alarms[0].get_content()
    installation.ok("update", "--phase", "2")
    follow_up = installation.mails[-1]
    assert (
        "Update 1. Wrong? Send: undo 1, to the address below; "
        "the list hides who writes, so replies through it cannot count.\nincident-bot+"
    ) in follow_up.get_content()
    other = installation.declare("Another thing")
    assert "to the address below; the list hides who writes" in other.get_content()
    assert "Reply with" not in other.get_content()
    plus = str(follow_up["Reply-To"]).split(", ")[1]
    direct = mails.reply_to(follow_up, "sev 1", "Jayla <jayla@example.com>", to=plus)
    assert installation.ingest(direct)["outcome"] == "applied"


def test_what_an_anonymous_list_gets_is_read_back_too(
    installation: Installation, installations: Callable[[], Installation], mails: Mails
) -> None:
    declared = installation.declare("Checkout is rejecting card payments", "--severity", "4")
    installation.ingest(list_copy(mails.reply_to(declared, "sev 1", "Jo <jo@example.com>"), STYLES["anonymous"]))
    installation.ok("update", "--phase", "2")
    installation.declare("Another thing")
    standby = installations()
    shutil.copy(installation.path / "key", standby.path / "key")
    assert [standby.ingest(raw)["outcome"] for raw in installation.wire] == ["applied"] * 3


@pytest.mark.parametrize("style", ["wrapping", "anonymous"])
def test_references_name_the_ids_that_the_list_gave_our_mails(
    installation: Installation, mails: Mails, style: str
) -> None:
    declared = installation.declare("Checkout is rejecting card payments", "--severity", "4")
    first = list_copy(bytes(declared), STYLES[style])
    assert installation.ingest(first)["rule"] == "own-mail-returned"
    installation.ok("update", "--phase", "2")
    follow_up = installation.mails[-1]
    assert str(follow_up["References"]).split() == [str(parsed(first)["Message-ID"]), str(declared["Message-ID"])]
    assert follow_up["In-Reply-To"] == declared["Message-ID"]
    second = list_copy(bytes(follow_up), STYLES[style])
    installation.ingest(second)
    installation.ok("update", "--phase", "3")
    assert str(parsed(second)["Message-ID"]) in str(installation.mails[-1]["References"]).split()


def test_references_of_a_list_that_keeps_our_ids_stay_as_they_were(installation: Installation) -> None:
    declared = installation.declare("Checkout is rejecting card payments", "--severity", "4")
    installation.ingest(list_copy(bytes(declared), STYLES["plain"]))
    installation.ok("update", "--phase", "2")
    assert str(installation.mails[-1]["References"]).split() == [str(declared["Message-ID"])]


@pytest.mark.parametrize("made", [f"<{SES}0@eu-west-1.amazonses.com>", "<AM0PR01MB1@am0pr01.prod.example>"])
def test_where_the_relay_gives_our_mail_another_id_answers_name_that_one(
    installation: Installation, mails: Mails, made: str
) -> None:
    installation.configure(MANY_STEPS)
    ours = bytes(installation.declare("Checkout is rejecting card payments", "--severity", "60"))
    installation.declare("Another thing")
    sent = re.sub(rb"(?m)^Message-ID: .*", b"Message-ID: " + made.encode(), ours)
    assert sent != ours
    seen = list_copy(sent, STYLES["munging"])
    with installation.context() as context:
        (own,) = arrive(context, seen)
        assert own.rule == "own-mail-returned"
        for count, client in enumerate(sorted(CLIENTS), 1):
            address, severity = f"person{count}@example.com", 60 - count
            direct = answer(mails, client, f"sev {severity}", parsed(seen), f"Person {count} <{address}>")
            only_list = re.sub(rb"(?m)^To: .*", b"To: " + LIST.encode(), direct)
            relayed = re.sub(
                rb"(?m)^Message-ID: .*", b"Message-ID: <%s%d@x.amazonses.com>" % (b"9" * 30, count), only_list
            )
            (outcome,) = arrive(context, list_copy(relayed, STYLES["munging"]))
            assert (outcome.outcome, outcome.header_from) == ("applied", address), (client, outcome)
            assert severity_of(context) == (severity, address, count), client
