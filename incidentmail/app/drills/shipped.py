"""Find scenarios: by name if they ship with the program, otherwise by file path."""

from __future__ import annotations

from pathlib import Path

from incidentmail.config.drills.scenario_file import read_scenario
from incidentmail.core.drills.scenario import Scenario
from incidentmail.core.frozen import Frozen
from incidentmail.core.policy import Policy
from incidentmail.errors import UsageError

FOLDER = Path(__file__).resolve().parent / "scenarios"


class Found(Frozen, kw_only=True):
    """A scenario with its name and its file."""

    name: str
    path: Path
    scenario: Scenario


def shipped_names() -> list[str]:
    """Return the names of the scenarios that ship with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find_scenario(which: str, policy: Policy) -> Found:
    """Return the scenario with this name, or the one in this file.

    Raise UsageError if there is none, and UnreadableInputError if the scenario has a fault.
    """
    names = shipped_names()
    path = FOLDER / f"{which}.toml" if which in names else Path(which)
    if which not in names and not path.is_file():
        raise UsageError(f"there is no scenario {which}", hint=f"name a file, or one of {', '.join(names)}")
    return Found(name=path.stem, path=path, scenario=read_scenario(path, policy))
