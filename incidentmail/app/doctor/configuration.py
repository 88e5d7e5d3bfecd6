"""Examine the configuration for faults, and for settings that keep mail from reaching people or us."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from incidentmail.config.check import Checked, warnings_of
from incidentmail.config.file import SYSTEM_FILE, default_path
from incidentmail.config.load import Config

from .finding import Finding, failure, ok, warning

CHECK = "configuration"
SUBSCRIBERS_MANY = 200
"""Above this number of subscribers, replies to all are a burden, because each subscriber gets each of them."""


def configuration(checked: Checked) -> Iterator[Finding]:
    """Yield the faults of the configuration file, and its risky settings."""
    for number, fault in enumerate(checked.faults):
        place = f"{checked.path}, line {fault.line}: " if fault.line else ""
        rest = "; nothing else was examined" if number == len(checked.faults) - 1 else ""
        yield failure(
            CHECK, f"{place}{fault.what}{rest}", fault.cure or "'incidentmail config example' shows every key"
        )
    config = checked.config
    if config is None:
        return
    found = [*_other_file(checked.path), *_left_out(config)]
    yield from found
    if not found:
        yield ok(CHECK, f"{checked.path}; incidents go to {config.list_address}, from {config.bot.address}")


def _other_file(path: Path | None) -> Iterator[Finding]:
    """Yield a finding if root examines its own configuration although the service has another one.

    In that case, the other one is probably meant.
    """
    if os.geteuid() == 0 and path == default_path() and SYSTEM_FILE.exists():
        yield warning(
            CHECK, f"this is about {path}, the configuration of root; the service has {SYSTEM_FILE}",
            "sudo -u incidentmail incidentmail doctor",
        )  # fmt: skip


def _left_out(config: Config) -> Iterator[Finding]:
    settings = config.settings
    for one in warnings_of(config):
        yield warning(CHECK, one.what, str(one.cure))
    if settings.mail.mute:
        yield warning(CHECK, "the stop switch is on: nothing is sent by itself", "[mail] mute = false")
    if settings.operator.address is None and settings.home.address is None:
        yield warning(CHECK, "nobody is told if mail fails", '[operator] address = "postmaster@example.com"')
    if settings.duty.oncall_command is not None and (what := _cannot_run(settings.duty.oncall_command)):
        yield failure(
            CHECK, f"[duty] oncall_command {what}", "name a program that this user may run, by its whole path"
        )
    readers = settings.list.subscribers
    if readers is not None and readers > SUBSCRIBERS_MANY and settings.list.replies == "list":
        yield warning(
            CHECK, f"each reply goes to all {readers} subscribers",
            '[list] replies = "tool": replies reach incidentmail only, and follow-ups tell the list what changed',
        )  # fmt: skip


def _cannot_run(command: str) -> str | None:
    """Return the reason why a configured program cannot be run, or None.

    The program itself is not run, because it may page somebody.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        return f"cannot be split into words: {error}"
    if not words:
        return "is empty"
    return None if shutil.which(words[0]) else f"cannot be run: there is no program {words[0]}"
