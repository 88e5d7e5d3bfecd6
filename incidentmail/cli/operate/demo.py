"""`incidentmail demo`: play two incidents from declaration to ledger, without using anything outside this machine."""

from __future__ import annotations

import json
import shlex
import time

import click

from incidentmail.cli.help import command
from incidentmail.core.text import printable
from incidentmail.demo.environment import BOT, LIST, PEOPLE, WAIT_S, DemoEnvironment
from incidentmail.inbound.message import Message

DETAILS = (
    "Since 14:07 UTC one in five card payments is declined by our gateway. Customers can still pay by invoice."
    " If the second gateway fails too, checkout is down."
)
DECLARE = (
    "declare", "Checkout is rejecting card payments", "--severity", "2", "--phase", "1",
    "--venue", "#checkout on Slack", "--customer-liaison", "Tomás R.", "--sme", "Bo K.", "--sme", "Yusuf A.",
    "-m", DETAILS,
)  # fmt: skip
QUOTED_LINES_SHOWN = 3
BY_HAND = """\
Severity 3, phase 1. I am incident commander. Coordinating via https://meet.example.test/mail-queue.
Mail to customers is delayed by about an hour. Nothing is lost.

Subject-matter experts: Ingrid H., Bo K.
"""


@command("demo", "demo")
@click.option("--keep", is_flag=True, help="Leave the folder with the subscribers' Maildirs and the ledger.")
def demo_command(keep: bool) -> int:
    """See it work: a list, three subscribers, one incident, nothing outside this machine."""
    with DemoEnvironment(keep) as environment:
        _open(environment)
        _incident(environment)
        _second_incident(environment)
        _record(environment)
        if keep:
            _say(f"\nKept: {environment.folder}")
            _say(f"The subscribers' mailboxes are Maildirs in {environment.folder / 'maildirs'};")
            _say(f"try: incidentmail --config {shlex.quote(str(environment.config))} show checkout")
    return 0


def _open(environment: DemoEnvironment) -> None:
    _title("incidentmail, in one minute")
    people = ", ".join(PEOPLE.values())
    _say(f"The mailing list {LIST} has three subscribers: {people}.")
    _say(f"incidentmail reads the list as {BOT}. Everything below went over real sockets on this machine.")


def _incident(environment: DemoEnvironment) -> None:
    _title("1. Mara sees that payments fail. She declares an incident from a terminal")
    _say(f"$ incidentmail {shlex.join(DECLARE)}\n")
    environment.run(*DECLARE)
    (declared,) = environment.next_posts(1)
    _show(declared, "Everybody on the list gets")

    _title("2. It gets worse. Alícia replies from her phone, with one line")
    follow_up = _reply(environment, "alicia", "sev 1, the second gateway declines too", declared)
    _show(follow_up, "incidentmail follows up: what changed, and where things stand")

    _title("3. Mara hands over. Alícia says so, in a sentence")
    follow_up = _reply(environment, "alicia", "I am incident commander.\n\nMara has been at it since noon.", follow_up)
    _show(follow_up, "incidentmail follows up")

    _title("4. Jayla answers in plain words. Her mail program quotes old commands below")
    quote = "> Severity: 4\n> Status: closed\n" + _quoted(declared)
    environment.post(
        "jayla", f"Re: {declared.subject}", f"The gateway's support line is on it.\n\n{quote}", answers=declared
    )
    _show(environment.next_posts(1)[0], "The list sees her mail")
    _wait_for_mails(environment, 4)
    state = _state(environment)
    _say(
        "No follow-up: what is quoted commands nothing, and plain words are a note."
        f" It is still severity {state['severity']}, and {_name(state['commander'])} is still commander."
    )

    _title("5. The bleeding has stopped. Mara moves the incident on from her terminal")
    update = ("update", "--phase", "2", "--next-update", "+30m", "-m", "Card payments go through the third gateway.")
    _say(f"$ incidentmail {shlex.join(update)}\n")
    environment.run(*update)
    _show(environment.next_posts(1)[0], "Everybody on the list gets")


def _second_incident(environment: DemoEnvironment) -> None:
    _title("6. Jayla has no terminal at hand. She declares another incident by writing to the list")
    environment.post("jayla", "Mail to customers is delayed", BY_HAND)
    written, answer = environment.next_posts(2)
    _show(written, "She writes")
    _show(answer, "incidentmail answers in the thread: what it read, and the id it gave")


def _record(environment: DemoEnvironment) -> None:
    _title("7. What came in, and what became of it")
    _say("$ incidentmail inbox --all")
    _say(environment.run("inbox", "--all").rstrip())
    _title("8. The record")
    _say("$ incidentmail list")
    _say(environment.run("list").rstrip())
    _say("\n$ incidentmail log --all")
    _say(environment.run("log", "--all").rstrip())
    _say("\n$ incidentmail ledger verify")
    _say(environment.run("ledger", "verify").rstrip())


def _reply(environment: DemoEnvironment, who: str, text: str, to: Message) -> Message:
    """Reply as a phone does, above the quoted text, and show the reply. Return the resulting follow-up."""
    environment.post(who, f"Re: {to.subject}", f"{text}\n\n{_quoted(to)}", answers=to)
    sent, follow_up = environment.next_posts(2)
    _show(sent, "The list sees her mail")
    return follow_up


def _quoted(mail: Message) -> str:
    who = mail.header_from.name if mail.header_from else "somebody"
    lines = "\n".join(f"> {line}".rstrip() for line in mail.text.split("\n"))
    when = mail.date.strftime("%a, %d %b %Y at %H:%M") if mail.date else "some day"
    return f"On {when}, {who} wrote:\n\n{lines}\n"


def _wait_for_mails(environment: DemoEnvironment, count: int) -> None:
    """Wait until the service has processed `count` messages, including its own, or until `WAIT_S` have passed."""
    give_up_at = time.monotonic() + WAIT_S
    while len(environment.run("inbox", "--all", "--json").splitlines()) < count and time.monotonic() < give_up_at:
        time.sleep(0.1)


def _state(environment: DemoEnvironment) -> dict[str, object]:
    state: dict[str, object] = json.loads(environment.run("show", "--json"))
    return state


def _name(person: object) -> str:
    return str(person["name"]) if isinstance(person, dict) else "nobody"


def _title(text: str) -> None:
    click.echo()
    click.secho(text, bold=True)
    click.echo()


def _say(text: str) -> None:
    click.echo(printable(text))


def _show(mail: Message, what: str) -> None:
    """Show a message as a subscriber sees it, with long quotations shortened and without the list's footer."""
    sender = mail.header_from
    shown = f"{sender.name} <{sender.address}>" if sender else "?"
    _say(f"{what}:")
    click.secho(printable(f"  | From: {shown}"), dim=True)
    click.secho(printable(f"  | Subject: {mail.subject}"), dim=True)
    click.secho("  |", dim=True)
    body = mail.text.partition("\n" + "_" * 20)[0].strip().split("\n")
    quoted = 0
    for line in body:
        quoted = quoted + 1 if line.startswith(">") else 0
        if quoted <= QUOTED_LINES_SHOWN:
            click.echo(printable(f"  | {line}").rstrip())
        elif quoted == QUOTED_LINES_SHOWN + 1:
            click.echo("  | > ...")
    click.echo()
