"""`incidentmail drill`: play a scenario to the drill list, and see how it went."""

from __future__ import annotations

from incidentmail.cli.help import group

from .run import run_command, stop_command
from .scenarios import check_command, list_command, show_command
from .score import score_command


@group("drill", "drill list", "drill run failover", "drill stop", "drill score")
def drill_command() -> None:
    """Play a scenario to the list of drills: invented people write, your team acts, and the score shows how it went.

    Nobody outside the list of drills is told, and the figures leave the drill out. See docs/gamedays.md.
    """


for command in (list_command, show_command, check_command, run_command, stop_command, score_command):
    drill_command.add_command(command)
