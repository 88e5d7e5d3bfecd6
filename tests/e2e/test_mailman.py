"""A real Mailman 3 between us and everybody: our mail comes back, and answers count for their real authors."""

from __future__ import annotations

import importlib.util
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from patience import PATIENCE_S
from real_mailman import Mailman

from incidentmail.app.sending.flush import flush

if TYPE_CHECKING:
    from conftest import Installation, Mails, Names, Signer, Sink

BOT, JAYLA, MARA = "incident-bot@example.com", "Jayla M. <jayla@example.com>", "mara@example.com"
SUBSCRIBERS = (BOT, "jayla@example.com", MARA)
LISTS: dict[str, dict[str, Any]] = {
    "incidents@example.com": {"reply_goes_to_list": "point_to_list"},
    "munging@example.com": {"dmarc_mitigate_action": "munge_from", "dmarc_mitigate_unconditionally": True},
    "wrapping@example.com": {"dmarc_mitigate_action": "wrap_message", "dmarc_mitigate_unconditionally": True},
    "anonymous@example.com": {"anonymous_list": True},
}
NAMED = [address for address in LISTS if not address.startswith("anonymous")]
VERIFIED_BY = {
    "results": 'verify = "authentication-results"\nauthserv_id = "mx.example.com"\n',
    "dkim": 'verify = "dkim"\nresolver = "{resolver}"\nresolver_timeout = "2s"\n',
}


def _clients() -> dict[str, Any]:
    """Return the mail programs of tests/reply, which quote our mails in their own styles."""
    path = Path(__file__).parents[1] / "reply" / "extraction" / "test_clients.py"
    spec = importlib.util.spec_from_file_location("mail_clients_seen", path)
    assert spec is not None and spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)  # where dataclasses look for it
    spec.loader.exec_module(module)
    return dict(module.CLIENTS)


CLIENTS = _clients()


@dataclass
class Post:
    """A way to send mail to a list, and to get the copies that it distributes."""

    mailman: Mailman
    sink: Sink
    taken: int = field(default=0)

    def distribute(self, raw: bytes, address: str) -> bytes:
        """Post a mail, and return the copy that every subscriber gets exactly once."""
        self.mailman.post(raw, address, str(parseaddr(parsed(raw)["From"])[1]))
        copies: list[tuple[tuple[str, ...], bytes]] = []
        give_up_at = time.monotonic() + PATIENCE_S
        while not any(BOT in to for to, _ in copies):
            assert time.monotonic() < give_up_at, f"{self.mailman.held(address)}\n{self.mailman.log}"
            time.sleep(0.02)
            copies = self.sink.taken[self.taken :]
        self.taken += len(copies)
        (copy,) = {raw for to, raw in copies if BOT in to}
        assert [to.count(BOT) for to, _ in copies if BOT in to] == [1]
        return copy

    def notices(self) -> list[bytes]:
        """Return the mails that Mailman itself wrote to us."""
        return [raw for to, raw in self.sink.taken if BOT in to and b"\nList-Post:" not in raw]


@pytest.fixture(scope="module")
def mailman() -> Iterator[Mailman]:
    with Mailman() as server:
        for address, settings in LISTS.items():
            server.make_list(address, SUBSCRIBERS, **settings)
        yield server


@pytest.fixture
def post(mailman: Mailman, sinks: Callable[..., Sink]) -> Post:
    return Post(mailman, sinks(mailman.smtp_port))


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def text_of(mail: EmailMessage) -> str:
    """Return the text that a mail program shows and quotes. For a wrapped post, this is the text of the post."""
    wrapped = next((part for part in mail.walk() if part.get_content_type() == "message/rfc822"), None)
    shown = wrapped.get_content() if wrapped else mail
    part = shown.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).rstrip("\n")


def answer(mails: Mails, client: str, typed: str, mail: EmailMessage, to: str) -> bytes:
    """Return Jayla's reply to the copy that she got."""
    subject = re.sub(r"\[\w+\] (Re: )?|^Re: ", "", str(mail["Subject"]))
    mark = {"german": "AW", "french": "RE "}.get(client.rpartition(", ")[2], "Re")
    return mails.new(
        CLIENTS[client].above([typed], text_of(mail)), sender=JAYLA, subject=f"{mark}: {subject}", to=to,
        more=f"In-Reply-To: {mail['Message-ID']}\n",
    )  # fmt: skip


def settle(installation: Installation, address: str, trust: str) -> Installation:
    installation.configure(f"[trust]\n{trust}")
    installation.config.write_text(installation.config.read_text().replace("incidents@example.com", address))
    return installation


def ingest(installation: Installation, raw: bytes, address: str | None = None) -> dict[str, Any]:
    envelope = ("--sender", address.replace("@", "-bounces@")) if address else ()
    return installation.ingest(raw, *envelope, "--recipient", BOT)


@pytest.mark.parametrize("verified_by", VERIFIED_BY)
@pytest.mark.parametrize("address", NAMED)
def test_answers_through_the_list_change_severity_phase_and_commander_as_a_members(
    installation: Installation, mails: Mails, post: Post, names: Names, signer: Signer, address: str, verified_by: str
) -> None:
    names.records["k._domainkey.example.com"] = signer.record
    settle(installation, address, VERIFIED_BY[verified_by].format(resolver=names.address))
    installation.declare("Checkout is rejecting card payments", "--severity", "4")
    seen = post.distribute(installation.wire[-1], address)
    assert ingest(installation, seen, address)["rule"] == "own-mail-returned"
    installation.declare("Another thing")
    said = [("severity", "sev 1", 1), ("phase", "phase 2", 2), ("commander", "I am incident commander.", None)]
    for client, (name, typed, value) in zip(("gmail web", "outlook desktop, german", "ios"), said, strict=True):
        signed = signer.sign(answer(mails, client, typed, parsed(seen), address))
        before = len(installation.wire)
        outcome = ingest(installation, post.distribute(signed, address), address)
        assert (outcome["outcome"], outcome["trust"]) == ("applied", "member"), (client, outcome)
        found = installation.show("checkout")[name]
        assert found == value or found == {"name": "Jayla M.", "address": "jayla@example.com"}
        assert ingest(installation, signed)["outcome"] == "duplicate"  # her program answered us directly as well
        (follow_up,) = installation.wire[before:]
        returned = post.distribute(follow_up, address)
        assert ingest(installation, returned, address)["rule"] == "own-mail-returned"
        seen = returned
    assert len(installation.wire) == 5


@pytest.mark.parametrize("address", NAMED)
def test_every_mail_program_is_understood_through_every_list(
    installation: Installation, mails: Mails, post: Post, address: str
) -> None:
    settle(installation, address, VERIFIED_BY["results"])
    installation.declare("Checkout is rejecting card payments", "--severity", "4")
    installation.declare("Another thing")
    seen = post.distribute(installation.wire[0], address)
    ingest(installation, seen, address)
    for count, client in enumerate(sorted(CLIENTS)):
        severity = count % 3 + 1
        copy = post.distribute(answer(mails, client, f"sev {severity}", parsed(seen), address), address)
        outcome = ingest(installation, copy, address)
        assert (outcome["outcome"], outcome["from"]) == ("applied", "jayla@example.com"), (client, outcome)
        assert installation.show("checkout")["severity"] == severity, client
        seen = post.distribute(installation.wire[-1], address)
        assert ingest(installation, seen, address)["rule"] == "own-mail-returned"
    assert len(installation.wire) == len(CLIENTS) + 2
    assert installation.show("another")["severity"] == 3


def test_a_list_that_hides_its_authors_makes_nobody_else_of_them(
    installation: Installation, mails: Mails, post: Post
) -> None:
    address = "anonymous@example.com"
    settle(installation, address, VERIFIED_BY["results"])
    installation.declare("Checkout is rejecting card payments", "--severity", "4")
    seen = post.distribute(installation.wire[-1], address)
    assert ingest(installation, seen, address)["rule"] == "own-mail-returned"
    for count, client in enumerate(("gmail web", "thunderbird", "mutt")):
        direct = answer(mails, client, f"sev {3 - count}", parsed(seen), f"{address}, {BOT}")
        hidden = ingest(installation, post.distribute(direct, address), address)
        assert (hidden["outcome"], hidden["incident"] is not None) == ("filed", True), hidden
        assert "hides who wrote it" in hidden["reason"]
        known = ingest(installation, direct)
        assert (known["outcome"], known["from"]) == ("applied", "jayla@example.com"), (client, known)
        assert installation.show()["severity"] == 3 - count


def test_a_post_that_a_moderator_holds_and_rejects_is_told_by_the_copy_that_does_not_come(
    installation: Installation, post: Post
) -> None:
    """Mailman's notices about it name no mail, so that they are read by nobody, and answered by nobody."""
    address = f"moderated@{BOT.partition('@')[2]}"
    settle(installation, address, f'{VERIFIED_BY["results"]}[operator]\naddress = "postmaster@example.com"\n')
    text = installation.config.read_text().replace("[mail]\n", "[mail]\nfrom_person = false\n")
    installation.config.write_text(text.replace("[list]\n", '[list]\nreturns_within = "10m"\n'))
    post.mailman.make_list(address, ("jayla@example.com",), default_nonmember_action="hold")
    installation.declare("Checkout is rejecting card payments")
    before, raw = installation.show(), installation.wire[-1]
    post.mailman.post(raw, address, BOT)
    post.mailman.until(lambda: post.mailman.held(address), "it is not held")
    post.mailman.reject_held(address)
    post.mailman.until(lambda: len(post.notices()) == 2, "no notice came")
    for notice in post.notices():
        outcome = ingest(installation, notice, address)
        assert (outcome["outcome"], outcome["rule"]) == ("automatic", "list-notice"), outcome
    assert (installation.private, installation.show()) == ([], before)
    installation.clock.tick(minutes=11)
    with installation.context() as context:
        flush(context, heard_until=context.now())
        flush(context, heard_until=context.now())
    told = [str(mail["To"]) for mail in installation.private if "has not returned our mail" in mail.get_content()]
    assert len(told) == len(set(told)) and any(MARA in to for to in told), told


@pytest.mark.parametrize("client", ["gmail web", "outlook desktop, german", "ios"])
@pytest.mark.parametrize("address", NAMED)
def test_two_declarations_of_one_outage_within_a_minute_are_one_after_a_third_mail(
    installation: Installation, mails: Mails, post: Post, address: str, client: str
) -> None:
    """Mara writes plain text, Jayla HTML, both to the list. Jayla answers our private question directly."""
    settle(installation, address, VERIFIED_BY["results"])
    first = mails.new("Severity: 2", sender=f"Mara Lindqvist <{MARA}>", subject="Checkout is down", to=address)
    second = mails.new(
        "<div>Severity: 2</div><div>Nobody can pay by card.</div>", sender=JAYLA, subject="SEV2: cards declined",
        to=address, html=True,
    )  # fmt: skip
    for raw in (first, second):
        assert ingest(installation, post.distribute(raw, address), address)["outcome"] == "applied"
        installation.clock.tick(seconds=40)
    for raw in list(installation.wire):
        ingest(installation, post.distribute(raw, address), address)
    assert len(installation.ok("list", "--json").json) == 2
    (asked,) = [mail for mail in installation.private if "jayla@" in str(mail["To"])]
    said = re.search(r"Duplicate of: \S+", asked.get_content())
    assert said is not None
    third = answer(mails, client, said[0], asked, str(asked["Reply-To"]))
    passed = b"Authentication-Results: mx.example.com; dmarc=pass header.from=example.com\n"
    assert ingest(installation, passed + third)["outcome"] == "applied"
    (left,) = installation.ok("list", "--json").json
    assert (left["description"], left["commander"]["address"]) == ("Checkout is down", MARA)
    merged = installation.show("cards")
    assert (merged["status"], merged["merged_into"]) == ("merged", left["id"])
    for raw in installation.wire[2:]:
        assert ingest(installation, post.distribute(raw, address), address)["rule"] == "own-mail-returned"


def test_mailman_holds_none_of_our_mails(installation: Installation, post: Post) -> None:
    """Neither for our own words (it takes some for commands) nor for their size."""
    installation.declare("Checkout is rejecting card payments", "--severity", "2", "-m", "long text " * 1900)
    for change in (
        "update --severity 1",
        "update --phase 2 -m so",
        "update --no-change",
        "close",
        "reopen checkout",
        "retract",
    ):
        installation.ok(*change.split())
    assert len(installation.wire) == 7
    for raw in installation.wire:
        post.distribute(raw, "incidents@example.com")
    assert post.mailman.held("incidents@example.com") == []
