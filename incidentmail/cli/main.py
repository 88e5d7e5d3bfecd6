"""Start the program: find the command, run it, and print errors. This file imports little, so that it starts fast."""

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

from .command_table import COMMANDS as COMMANDS
from .command_table import HELP as HELP

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

ALIASES = {"ls": "list"}
"""Aliases: other words that people type for a command."""
TELLS_THE_LIST = frozenset({"declare", "update", "handoff", "close", "retract", "reopen", "undo", "merge", "restrict"})
COMPLETE = "_INCIDENTMAIL_COMPLETE"
"""The environment variable with which a shell requests completion. click derives it from the program's name."""
READER_GONE = 141
"""The exit code that a shell reports if the reader of our output has closed the pipe (128 + SIGPIPE)."""
UNWRITTEN = 70
"""The exit code for an error of the operating system, such as a full disk behind standard output."""
NOTHING_DONE = "nothing was sent, and nothing has changed"
"""Printed if a person stops a command at a question."""
TEMPORARY_FAILURE = 75
"""The exit code for "try again later". `ingest` fails only with this code, because others make a mail server bounce."""


def _imported(name: str) -> ModuleType:
    """Import a module and exempt its objects from garbage collection, because it stays loaded and is slow to scan."""
    if name not in sys.modules:
        gc.disable()
        try:
            importlib.import_module(name)
        finally:
            gc.freeze()
            gc.enable()
    return sys.modules[name]


class StoppedFirst(click.Abort):
    """Raised if a person stops the program at a question that is asked before anything is done."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called. Its help does not import any of them."""

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
        """Return the commands that begin with `incomplete`, without importing them."""
        from click.shell_completion import CompletionItem

        named = [CompletionItem(name, help=text) for name, (_, text) in COMMANDS.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] in COMMANDS or args[0] in ALIASES:
            return super().resolve_command(ctx, args)
        from .unknown_commands import unknown_command

        raise unknown_command(args, COMMANDS, ((ctx.obj or {}).get("clock") or _now)().astimezone())


def _now() -> datetime:
    return datetime.now().astimezone()


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
    """Run a command line and exit. Tests pass a `clock` in place of the real time."""
    _open_standard_streams()
    code = run(args, clock=clock)
    gc.freeze()  # the process ends now, and Python would otherwise search all remaining objects for garbage
    sys.exit(code if _flushed() or code or _command_of(list(args or sys.argv[1:])) == "ingest" else UNWRITTEN)


def _open_standard_streams() -> None:
    """Open file descriptors 0 to 2 if a mail server closed them, so that none of our files gets these numbers."""
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
            if stream is not None:  # some mail servers start programs with closed streams
                stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            written = written and number == 2
    return written


def run(args: Sequence[str] | None = None, *, clock: Callable[[], datetime] | None = None) -> int:
    """Run a command line and return the exit code. Errors go to stderr, with hints about what to do."""
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

    given = {"clock": clock, "typed": words}
    # There are no plugins, and searching for them would delay every command.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        result: Any = cli.main(args=words, prog_name="incidentmail", standalone_mode=False, obj=given)
        return result if isinstance(result, int) else 0
    except SystemExit as error:  # click exits in this way after completing a word for a shell
        if COMPLETE in os.environ:
            return int(error.code or 0)
        return READER_GONE  # click also exits if the reader of our output, such as head, has gone
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.ClickException as error:
        from .print_errors import print_usage_error

        return print_usage_error(error, words, *_meant(words))
    except (click.Abort, KeyboardInterrupt) as error:
        done = NOTHING_DONE if isinstance(error, StoppedFirst) else "nothing further was done"
        click.echo(f"incidentmail: stopped; {done}", err=True)
        return 130
    except IncidentMailError as error:
        from .print_errors import print_error, print_usage_error

        if isinstance(error, UsageError):
            from .mistakes import misread, renamed_incident

            command, path = _meant(words)
            if mistake := misread(words, command, path):
                return print_usage_error(mistake, words, command, path)
            error.hint = renamed_incident(error, words, command, path) or error.hint
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
    """Return the command named by `words`, before click has parsed them, or None."""
    rest = iter(words)
    for word in rest:
        if word == "--config":
            next(rest, None)
        elif not word.startswith("-"):
            return word
    return None


def _meant(words: list[str]) -> tuple[click.Command, str]:
    """Return the command named by `words`, and its full name."""
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
