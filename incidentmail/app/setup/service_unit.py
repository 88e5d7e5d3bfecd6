"""Find out whether systemd knows the service, so that people are told the right command to start it."""

from __future__ import annotations

from pathlib import Path

UNIT = "incidentmail.service"
UNIT_FOLDERS = tuple(Path(name) for name in ("/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"))
"""Where systemd looks for units of the system (systemd.unit(5)), as far as people and packages put them there."""


def unit_is_installed() -> bool:
    """Return whether there is a unit that runs the service."""
    return any((folder / UNIT).is_file() for folder in UNIT_FOLDERS)
