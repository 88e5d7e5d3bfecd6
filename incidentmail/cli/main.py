"""Start the program: find the command, run it, and print errors. This file imports nothing that takes time."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# name: (module below incidentmail.cli, one line of help). The modules are imported only for the command that runs.
COMMANDS: dict[str, tuple[str, str]] = {
    "declare": ("incident.declare", "Announce a new incident to the list."),
    "update": ("incident.change", "Change an incident, or tell the list where it stands."),
    "handoff": ("incident.change", "Offer command to somebody, or pass it."),
    "note": ("incident.change", "Add a note to the timeline; the list is not mailed."),
    "action": ("track.items", "Write down what is to be done, by whom and until when."),
    "need": ("track.items", "Write down what or who is needed."),
    "done": ("track.items", "Say that an action is done, or a need is met."),
    "assign": ("track.items", "Give an action or a need to somebody."),
    "assume": ("track.items", "Write down what is only assumed."),
    "evidence": ("track.items", "Write down what was seen, or ruled out."),
    "decide": ("track.items", "Write down what was decided."),
    "ask": ("track.items", "Ask the author of an assumption whether it holds."),
    "role": ("track.people", "Show who holds which role, or give one to somebody."),
    "join": ("track.people", "Say that you are at work in an incident."),
    "leave": ("track.people", "Say that you are no longer at work in it."),
    "break": ("track.hours", "Say that you are away for a while."),
    "back": ("track.hours", "Say that you are back."),
    "aware": ("track.hours", "Say when you became aware of it: deadlines count from then."),
    "notified": ("track.hours", "Say that those were told who had to be told by a deadline."),
    "close": ("incident.ending", "Close an incident."),
    "retract": ("incident.ending", "Retract an incident: it was a false alarm."),
    "reopen": ("incident.ending", "Reopen an incident."),
    "restrict": ("conduct.restrict", "Let only the restricted list hear of it from now on."),
    "merge": ("conduct.merge", "Make an incident a part of another one about the same outage."),
    "undo": ("incident.change", "Put back what an update announced."),
    "list": ("incident.list", "List the open incidents, the worst first."),
    "show": ("incident.show", "Show where an incident stands, and what happened last."),
    "brief": ("incident.brief", "Bring yourself up to date on one screen."),
    "timeline": ("incident.timeline", "Show what happened, in order."),
    "log": ("incident.log", "Show everything that happened, entry by entry."),
    "search": ("record.search", "Find words in all incidents, the newest first."),
    "promote": ("record.promote", "Make this standby the installation that leads."),
    "serve": ("operate.serve", "Listen for mail, apply it, send what is due."),
    "password": ("operate.password", "Print the line that lets somebody submit mail to 'serve'."),
    "ingest": ("mail.ingest", "Take one mail from standard input."),
    "fetch": ("mail.fetch", "Take new mail from an IMAP folder."),
    "flush": ("mail.flush", "Do what is due and send it, where 'serve' does not run."),
    "status": ("operate.status", "Say whether all is well."),
    "inbox": ("mail.inbox", "Show the mail that came in and what became of it; assign what was filed."),
    "outbox": ("mail.outbox", "Show, retry or drop the mail going out."),
    "proposal": ("incident.proposal", "Show, accept or reject changes that wait for somebody's word."),
    "explain": ("mail.explain", "Show how a mail would be read, and why; changes nothing."),
    "template": ("operate.template", "Show, check and preview the mails' templates."),
    "init": ("setup.init", "Make a configuration: asks what is needed, and finds the rest."),
    "doctor": ("setup.doctor", "Say what works, what does not, and what to do about it."),
    "config": ("setup.config", "Check the configuration, show what is in effect, print an example."),
    "ledger": ("record.ledger", "Verify, back up and export the record."),
    "completion": ("operate.completion", "Let the TAB key complete commands and incidents in your shell."),
    "demo": ("operate.demo", "See it work: a list, three subscribers, one incident, nothing outside this machine."),
}


HELP = """\
Usage: incidentmail COMMAND             'incidentmail help COMMAND' says more

In an incident; its name is needed only if several are open:
  declare "Checkout is down" --severity 2    announce it to the list
  update --severity 1 -m "Refunds fail too"  tell what changed
  handoff "Ann B. <ann@example.com>"         offer command to somebody
  note "The bank was called"                 keep it on record; mails nobody
  action "Call the bank @bo by 15:10"        Bo is told, and nobody else
  done, assign, need, assume, ask, evidence, decide: what else to keep track of
  role, join, leave, break 30m, back         who does what; you come, or go
  close "All payments work again"            it is over
  retract, reopen, undo 3                    false alarm; back; undo update 3
  merge A B; restrict; aware; notified       A is part of B; fewer know; deadlines
To look:
  list, show, brief, timeline, log, search   all, one, short, in order, in full
  status, inbox, outbox, proposal            is all well? mail; what waits
For the operator:
  init, config, doctor                       set it up; does everything work?
  serve, ingest, fetch, flush                take mail in, send what is due
  explain, template, ledger, password        readings, mails, the record, logins
  demo, completion, promote                  try it; TAB key; a standby leads

Options: --config FILE; --version; -h, --help
"""
"""What fits on one screen of 24 lines and 80 columns; a test compares it with the commands."""
ALIASES = {"ls": "list"}
"""Other words that people type for a command."""
TELLS_THE_LIST = frozenset({"declare", "update", "handoff", "close", "retract", "reopen", "undo", "merge", "restrict"})
COMPLETE = "_INCIDENTMAIL_COMPLETE"
"""The variable with which a shell asks us to complete a word; click derives it from the program's name."""
READER_GONE = 141
"""The exit code that a shell reports if the reader of our output has gone (128 + SIGPIPE); harmless."""
UNWRITTEN = 70
"""The exit code for an error of the operating system, such as a full disk behind standard output."""
TEMPORARY_FAILURE = 75
"""Try again later. It is the only code with which `ingest` fails: any other would make a mail server bounce."""


def _imported(name: str) -> ModuleType:
    """Import a module and exempt its objects from garbage collection, because it stays and searching it takes long."""
    if name not in sys.modules:
        gc.disable()
        try:
            importlib.import_module(name)
        finally:
            gc.freeze()
            gc.enable()
    return sys.modules[name]


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called. Its help imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        cmd_name = ALIASES.get(cmd_name, cmd_name)
        if cmd_name not in COMMANDS:
            return None
        module = _imported(f"incidentmail.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(HELP)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the commands that begin with `incomplete`. None of them is imported."""
        from click.shell_completion import CompletionItem

        named = [CompletionItem(name, help=text) for name, (_, text) in COMMANDS.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in COMMANDS or args[0] in ALIASES:
            return super().resolve_command(ctx, args)
        from .mistakes import unknown_command

        raise unknown_command(args, COMMANDS)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"incidentmail {version('incidentmail')}")
        ctx.exit()


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="FILE", help="The configuration file, instead of the user's or /etc/incidentmail's.")
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version.")
@click.pass_context
def cli(ctx: click.Context, config: str | None) -> None:
    """Announce incidents on a mailing list, run them by reply, keep a record that proves itself.

    In a hurry: incidentmail declare "what you see"
    """
    ctx.ensure_object(dict)["config"] = config


def main(args: Sequence[str] | None = None, *, clock: Callable[[], datetime] | None = None) -> None:
    """Run a command line and exit. Tests pass a `clock` instead of the real time."""
    _open_standard_streams()
    code = run(args, clock=clock)
    gc.freeze()  # the process ends, and Python would search all that is left for garbage
    sys.exit(code if _flushed() or code or _command_of(list(args or sys.argv[1:])) == "ingest" else UNWRITTEN)


def _open_standard_streams() -> None:
    """Open file descriptors 0 to 2 if a mail server closed them, so that no file of ours gets one of these numbers."""
    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        continue
    os.close(opened)


def _flushed() -> bool:
    """Flush the standard streams. Return whether everything printed to stdout could be written.

    A stream that fails is redirected to /dev/null, because Python would otherwise fail on it again at exit.
    """
    written = True
    for stream, number in ((sys.stdout, 1), (sys.stderr, 2)):
        try:
            if stream is not None:  # some mail servers close it before they start us
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            written = written and number == 2
    return written


def run(args: Sequence[str] | None = None, *, clock: Callable[[], datetime] | None = None) -> int:
    """Run a command line and return the exit code. Errors go to stderr: what is wrong, then what to do."""
    words = _as_options(list(sys.argv[1:] if args is None else args))
    is_ingest = _command_of(words) == "ingest"
    try:
        code = _run(words, clock)
    except Exception as error:
        if not is_ingest:
            raise
        click.echo(f"incidentmail: error: {type(error).__name__}: {str(error)!a}", err=True)
        code = TEMPORARY_FAILURE
    return TEMPORARY_FAILURE if code and is_ingest else code


def _as_options(words: list[str]) -> list[str]:
    """Return the command line with `help COMMAND` and `version`, which people often type, replaced by options."""
    match words:
        case ["version"]:
            return ["--version"]
        case ["help", *rest]:
            return [*rest, "--help"]
        case _:
            return words


def _run(words: list[str], clock: Callable[[], datetime] | None) -> int:
    from incidentmail.errors import IncidentMailError, UsageError

    # There are no plugins, and searching for them would delay every command.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        result: Any = cli.main(args=words, prog_name="incidentmail", standalone_mode=False, obj={"clock": clock})
        return result if isinstance(result, int) else 0
    except SystemExit as error:  # click exits so once it has completed a word for a shell
        if COMPLETE in os.environ:
            return int(error.code or 0)
        return READER_GONE  # and if the reader has gone, such as head; it has silenced the streams
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        from .print_errors import print_usage_error

        return print_usage_error(error, *_meant(words), dry_run="--dry-run" in words)
    except (click.Abort, KeyboardInterrupt):
        click.echo("incidentmail: stopped; nothing further was done", err=True)
        return 130
    except IncidentMailError as error:
        from .print_errors import print_error, print_usage_error

        if isinstance(error, UsageError):
            from .mistakes import misread

            command, path = _meant(words)
            if mistake := misread(words, command):
                return print_usage_error(mistake, command, path, dry_run="--dry-run" in words)
        return print_error(error, untold=error.exit_code not in (1, 2) and _should_tell_the_list(words))
    except UnicodeEncodeError:
        click.echo("incidentmail: error: the command line is not in UTF-8", err=True)
        return 2
    except OSError as error:
        click.echo(f"incidentmail: error: the operating system says: {error}", err=True)
        return UNWRITTEN


def _should_tell_the_list(words: list[str]) -> bool:
    return _command_of(words) in TELLS_THE_LIST and "--dry-run" not in words


def _command_of(words: list[str]) -> str | None:
    """Return the command that `words` name, before click has parsed them, or None."""
    rest = iter(words)
    for word in rest:
        if word == "--config":
            next(rest, None)
        elif not word.startswith("-"):
            return word
    return None


def _meant(words: list[str]) -> tuple[click.Command, str]:
    """Return the command that `words` name, and its full name."""
    command: click.Command = cli
    path = "incidentmail"
    rest = iter(words)
    for word in rest:
        if word == "--config":
            next(rest, None)
            continue
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        if found is None:
            break
        command, path = found, f"{path} {found.name}"
    return command, path
