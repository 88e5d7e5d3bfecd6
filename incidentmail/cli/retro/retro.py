"""`incidentmail retro`: write the retrospective of an incident, and plan its meeting."""

from __future__ import annotations

from collections.abc import Sequence

import click

from incidentmail.cli.help import HelpfulGroup

from .clock import (
    call_off_command,
    held_command,
    not_held_command,
    not_needed_command,
    owner_command,
    plan_command,
)
from .show import show_command

HELP_OPTIONS = ("-h", "--help")


class RetroGroup(HelpfulGroup):
    """A group in which `retro checkout --html` is short for `retro show checkout --html`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, self._in_full(args))

    def _in_full(self, args: Sequence[str]) -> list[str]:
        is_named = bool(args) and (args[0] in self.commands or args[0] in HELP_OPTIONS)
        return [*args] if is_named else ["show", *args]


@click.group(
    "retro", cls=RetroGroup, examples=("retro", "retro checkout --edit", 'retro plan "Thursday 14:00"', "retro held")
)
def retro_command() -> None:
    """Write the retrospective of an incident from its record, plan it, and say that it was held.

    'retro [INCIDENT]' is short for 'retro show [INCIDENT]'.
    """


for one in (
    show_command, owner_command, plan_command, call_off_command, held_command, not_held_command, not_needed_command,
):  # fmt: skip
    retro_command.add_command(one)
