"""`incidentmail init`: make a configuration from a few answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from incidentmail.app.setup.answers import Answers, Replies, config_of, configuration, stated_person
from incidentmail.app.setup.service_unit import unit_is_installed
from incidentmail.app.setup.write import check_user, exists, hand_over, is_in_use, make_places, write_configuration
from incidentmail.cli.common import json_option, print_json, say
from incidentmail.cli.help import command
from incidentmail.config.file import SYSTEM_FILE, default_path
from incidentmail.errors import IncidentMailError, UsageError

from .init_questions import Given, complete

if TYPE_CHECKING:
    from incidentmail.config.load import Config

SYSTEM_FOLDER = Path("/var/lib/incidentmail")
SYSTEM_USER = "incidentmail"
REPLIES: tuple[Replies, ...] = ("lmtp", "smtp", "imap", "pipe", "none")


@command(
    "init",
    "init",
    "init --list incidents@example.com --yes",
    "init --system",
)
@click.option("--list", "list_address", metavar="ADDRESS", help="The mailing list that is told of incidents.")
@click.option("--me", metavar="WHO", help="Who you are: Name <address>.")
@click.option("--from", "own", metavar="ADDRESS", help="The tool's own address. Default: incident-bot at the domain.")
@click.option("--relay", metavar="URL", help="How mail goes out: smtp://127.0.0.1:25, smtps://user@host:465, ...")
@click.option("--replies", type=click.Choice(REPLIES), help="How replies come in.")
@click.option("--imap", metavar="URL", help="The mailbox to fetch replies from: imaps://user@host/INBOX.")
@click.option("--listen", metavar="ADDRESS", help="Where the mail server hands replies over. Default: 127.0.0.1:8024.")
@click.option("--password-command", metavar="COMMAND", help="Prints the password of relay and mailbox.")
@click.option("--operator", metavar="ADDRESS", help="Who is told if mail fails. Default: you.")
@click.option("--home", metavar="ADDRESS", help="For a laptop: the tool's address; its machine has the ledger.")
@click.option("--system", is_flag=True, help=f"For a service: {SYSTEM_FILE}, with the ledger in {SYSTEM_FOLDER}.")
@click.option("--replace", "replaces", is_flag=True, help="Keep the old configuration under another name.")
@click.option("--test-mail", is_flag=True, help="Send a test mail to you, and to nobody else.")
@click.option("--yes", "-y", "is_sure", is_flag=True, help="Ask nothing; take what is found.")
@json_option
@click.pass_context
def init_command(
    ctx: click.Context, list_address: str | None, me: str | None, own: str | None, relay: str | None,
    replies: Replies | None, imap: str | None, listen: str | None, password_command: str | None, operator: str | None,
    home: str | None, system: bool, replaces: bool, test_mail: bool, is_sure: bool, as_json: bool,
) -> int:  # fmt: skip
    """Make a configuration from a few answers: who you are, which list, how mail goes out, how replies come in.

    The command asks for everything that is not given as an option. A configuration that names a list is not replaced
    unless you say so, and then it is kept under another name.
    """
    if home and (system or own or replies or listen or operator or test_mail):
        raise UsageError(
            "--home is for a machine without a ledger, which reads no replies and has no address of its own",
            hint="with --home give only --list, --me, --relay, --imap and --password-command",
        )
    path = _path(ctx.find_root().obj.get("config"), system=system)
    if is_in_use(path) and not replaces:
        raise exists(path)
    asks = not is_sure and sys.stdin.isatty() and sys.stderr.isatty()
    if not asks and not is_sure:
        raise UsageError(
            "init asks questions, and nobody can answer here",
            hint="init --list incidents@example.com --yes takes everything else as it is found",
        )
    given = Given(
        me=stated_person(me) if me else None, list_address=list_address,
        own=stated_person(own) if own else None, relay=relay, replies=replies, listen=listen, mailbox=imap,
        password_command=password_command, operator=operator,
        folder=SYSTEM_FOLDER if system else None, home=home, is_system=system,
    )  # fmt: skip
    answers = complete(given, asks=asks)
    config, kept = _made(path, answers, ctx, user=_service_user(system=system))
    code, trial = _tried(ctx, path, answers, wanted=test_mail, asks=asks, quiet=as_json)
    following = _next(path, answers, is_usual=path in (default_path(), SYSTEM_FILE), system=system)
    if as_json:
        print_json({
            "file": str(path), "replaced": str(kept) if kept else None,
            "ledger": None if answers.home else str(config.ledger_path),
            "key": None if answers.home else str(config.key_path), "list": config.list_address, "from": str(config.bot),
            "relay": answers.relay, "replies": answers.replies, "test_mail": trial, "next": list(following),
        })  # fmt: skip
        return code
    say(f"written: {path}{f' (the old one is {kept})' if kept else ''}")
    if not answers.home:
        say(f"written: {config.key_path}, the key that proves our mail")
        say(f"the record: {config.ledger_path}; include both in the back-up")
    for line in _handed_over(answers):
        say(line)
    say("next:")
    for line in following:
        say(f"  {line}")
    return code


def _path(explicit: str | None, *, system: bool) -> Path:
    named = explicit or os.environ.get("INCIDENTMAIL_CONFIG")
    return Path(named) if named else SYSTEM_FILE if system else default_path()


def _service_user(*, system: bool) -> str | None:
    if not system or os.geteuid() != 0:
        return None
    check_user(SYSTEM_USER, SYSTEM_FOLDER)
    return SYSTEM_USER


def _made(path: Path, answers: Answers, ctx: click.Context, *, user: str | None) -> tuple[Config, Path | None]:
    """Write the file, the key and an empty ledger. If an answer is wrong, write nothing."""
    from incidentmail.app.context import now_utc

    clock = ctx.find_root().obj.get("clock") or now_utc
    text = configuration(answers, clock().date())
    config = config_of(text, path)
    kept = write_configuration(path, text)
    if not answers.home:
        make_places(config)
    if user:
        hand_over(config, user)
    return config, kept


def _tried(
    ctx: click.Context, path: Path, answers: Answers, *, wanted: bool, asks: bool, quiet: bool
) -> tuple[int, str | None]:
    """Send a test mail if requested. Return the exit code, and the relay that accepted the mail, or None."""
    to = answers.me.address if answers.me else None
    if to is not None and asks and not wanted and not answers.home:
        wanted = click.confirm(f"Send a test mail to {to} now?", default=False, err=True)
    if not wanted:
        return 0, None
    if to is None:
        raise UsageError("a test mail needs your own address", hint='--me "Mara Lindqvist <mara@example.com>"')
    from incidentmail.app.context import now_utc, open_context
    from incidentmail.app.sending.trial import send_trial
    from incidentmail.config.load import load

    context = open_context(load(str(path)), ctx.find_root().obj.get("clock") or now_utc)
    try:
        sent = send_trial(context, to)
    except IncidentMailError as error:
        say(f"incidentmail: warning: the test mail was not sent: {error}", err=True)
        say(f"hint: {error.hint or 'incidentmail doctor tries each part of it'}", err=True)
        return error.exit_code, None
    finally:
        context.close()
    if not quiet:
        say(f"a test mail to {to} was taken by {sent.relay}")
    return 0, sent.relay


def _handed_over(answers: Answers) -> Iterator[str]:
    """Yield instructions for configuring the mail server and for adding our address to the list."""
    if answers.home:
        return
    own = answers.own.address
    yield f"subscribe {own} to {answers.list_address}, with each message and also its own, so that replies reach it"
    if answers.replies in ("lmtp", "smtp"):
        yield f"let the mail server deliver there; in /etc/postfix/transport: {own} {_postfix_transport(answers)}"
        yield "  (docs/mail-servers.md has the other lines, for Postfix and Exim)"
    elif answers.replies == "pipe":
        yield "let the mail server pipe each mail to our address into 'incidentmail ingest' (docs/mail-servers.md)"


def _postfix_transport(answers: Answers) -> str:
    """Return the Postfix transport and next hop that reach the address on which `serve` listens."""
    if answers.listen.startswith("unix:"):
        return f"{answers.replies}:{answers.listen}"
    host, _, port = answers.listen.rpartition(":")
    return f"lmtp:inet:{answers.listen}" if answers.replies == "lmtp" else f"smtp:[{host.strip('[]')}]:{port}"


def _next(path: Path, answers: Answers, *, is_usual: bool, system: bool) -> tuple[str, str]:
    """Return the two commands suggested as next steps. For a system service, they run as the service's user."""
    program = "incidentmail" if is_usual else f"incidentmail --config {path}"
    if system:
        program = f"sudo -u {SYSTEM_USER} {program}"
    serves = answers.replies in ("lmtp", "smtp", "imap")
    if system and is_usual and serves and unit_is_installed():
        return f"{program} doctor", "systemctl enable --now incidentmail"
    runs = {
        "lmtp": f"{program} serve",
        "smtp": f"{program} serve",
        "imap": f"{program} serve",
        "pipe": f'{program} declare "A first drill" --drill',
        "none": f'{program} declare "A first drill" --drill',
    }
    return f"{program} doctor", runs[answers.replies]
