"""docs/setups/hosted-mailbox.md works: a mailbox at a provider, with submission and IMAP, by password and by token."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hosted_mailbox import HostedMailbox
from real_dovecot import PASSWORD

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

BOT, LIST = "incident-bot@example.com", "incidents@example.com"
JAYLA = "Jayla Mbeki <jayla@example.com>"


@pytest.fixture
def mailbox(sink: Sink) -> Iterator[HostedMailbox]:
    with HostedMailbox(sink.port) as server:
        yield server


def configure(installation: Installation, mailbox: HostedMailbox, login: str) -> None:
    """Write the lines of the document. `login` is the line that names the source of password or token."""
    installation.config.write_text(
        f'list.address = "{LIST}"\nme.address = "Mara Lindqvist <mara@example.com>"\n'
        f'[mail]\nfrom = "Incidents <{BOT}>"\nfrom_person = false\nrelay = ["{mailbox.submission_url}"]\n{login}'
        f'key_file = "{installation.path}/key"\n[ledger]\nurl = "sqlite:///{installation.ledger}"\n'
        f'[imap]\nurl = "{mailbox.url}"\n{login}'
    )


def play(installation: Installation, mailbox: HostedMailbox, mails: Mails, sink: Sink) -> None:
    """Declare by submission, and fetch a reply."""
    installation.ok("declare", "Checkout is rejecting card payments", "--severity", "3")
    (recipients, _), mail = sink.taken[-1], sink.mails[-1]
    assert recipients == (LIST,) and mail["From"].addresses[0].addr_spec == BOT
    mailbox.deliver(mails.reply_to(mail, "sev 1", JAYLA), f"reply-{len(sink.taken)}")
    installation.ok("fetch")
    assert installation.show()["severity"] == 1
    assert "(critical; was 3)" in sink.mails[-1].get_content()


def test_a_password_sends_and_fetches(
    installation: Installation, mailbox: HostedMailbox, mails: Mails, sink: Sink
) -> None:
    configure(installation, mailbox, f'password_command = "echo {PASSWORD}"\n')
    play(installation, mailbox, mails, sink)


def test_an_access_token_sends_and_fetches_and_a_new_one_is_asked_for(
    installation: Installation, mailbox: HostedMailbox, mails: Mails, sink: Sink
) -> None:
    source = installation.path / "token"
    configure(installation, mailbox, f'oauth2_command = "cat {shlex.quote(str(source))}"\n')
    source.write_text("first-token\n")
    mailbox.tokens = {"first-token"}
    play(installation, mailbox, mails, sink)
    mailbox.tokens = {"second-token"}
    refused = installation.run("update", "--phase", "2")
    assert refused.code == 75 and "535" in refused.err and "first-token" not in refused.err
    assert installation.run("fetch").code == 75
    source.write_text("second-token\n")
    installation.clock.tick(minutes=5)
    installation.ok("update", "--no-change")
    assert "phase 2" in sink.mails[-1].get_content()
    installation.ok("fetch")
