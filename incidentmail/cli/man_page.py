"""Generate manual pages from the help texts: one for each command, and one that lists all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from .help import option_groups
from .main import COMMANDS, HELP, cli


def man_pages() -> dict[str, str]:
    """Return a mapping from file names, such as `incidentmail-declare.1`, to the pages."""
    pages = {"incidentmail.1": _overview()}
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        if command is not None:
            pages[f"incidentmail-{name}.1"] = "\n".join(_page(command, name)) + "\n"
    return pages


def _overview() -> str:
    lines = [
        _title("incidentmail"), ".SH NAME", r"incidentmail \- announce incidents on a mailing list", ".SH SYNOPSIS",
        ".B incidentmail", r"[\-\-config FILE] COMMAND", ".SH DESCRIPTION", ".nf", _roff(HELP.rstrip()), ".fi",
        ".SH COMMANDS",
    ]  # fmt: skip
    for name, (_, text) in COMMANDS.items():
        lines += [".TP", f".BR {_roff(f'incidentmail-{name}')} (1)", _roff(text)]
    return "\n".join(lines) + "\n"


def _page(command: click.Command, name: str) -> Iterator[str]:
    path = f"incidentmail {name}"
    yield _title(f"incidentmail-{name}")
    yield ".SH NAME"
    yield rf"{_roff(f'incidentmail-{name}')} \- {_roff(COMMANDS[name][1].rstrip('.'))}"
    yield ".SH SYNOPSIS"
    yield from _synopsis(command, path)
    if examples := getattr(command, "examples", ()):
        yield from (".SH EXAMPLES", ".nf", *(_roff(f"incidentmail {line}") for line in examples), ".fi")
    yield ".SH DESCRIPTION"
    yield _text(command)
    yield from _options(command, path, ".SH")
    for sub in command.commands.values() if isinstance(command, click.Group) else ():
        yield f".SH {_roff(f'{path} {sub.name}'.upper())}"
        yield from _synopsis(sub, f"{path} {sub.name}")
        yield ".PP"
        yield _text(sub)
        yield from _options(sub, f"{path} {sub.name}", ".SS")
    yield from (".SH SEE ALSO", ".BR incidentmail (1)")


def _title(name: str) -> str:
    return f'.TH "{_roff(name.upper())}" 1 "" "incidentmail"'


def _synopsis(command: click.Command, path: str) -> tuple[str, str]:
    usage = " ".join(command.collect_usage_pieces(click.Context(command, info_name=path)))
    return f".B {_roff(path)}", _roff(usage)


def _text(command: click.Command) -> str:
    text = (command.help or "").replace("\b\n", "")
    return "\n.PP\n".join(_roff(" ".join(part.split())) for part in re.split(r"\n\s*\n", text))


def _options(command: click.Command, path: str, heading: str) -> Iterator[str]:
    for title, records in option_groups(command, click.Context(command, info_name=path)).items():
        yield f"{heading} {_roff(title.upper())}" if heading == ".SH" else f"{heading} {_roff(title)}"
        for names, text in records:
            yield from (".TP", f".B {_roff(names)}", _roff(text))


def _roff(text: str) -> str:
    r"""Escape text so that roff finds no requests or escape sequences in it, and keeps every hyphen.

    >>> _roff(".so -x\\")
    '\\&.so \\-x\\e'
    """
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    return re.sub(r"^\.", r"\\&.", escaped, flags=re.M)
