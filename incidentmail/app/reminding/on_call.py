"""Ask the organisation's own program who is on call for a role.

The program may hang, fail, or print anything. So its running time, its output and the number of addresses are limited.
Of its output, only the addresses of members are used, and nothing else is shown to anybody.
"""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator

from incidentmail.app.context import AppContext
from incidentmail.core.events import OnCallAsked
from incidentmail.core.model import Incident
from incidentmail.core.names.person import Person

SECONDS_MAX = 10.0
OUTPUT_BYTES_MAX = 16 * 1024
PEOPLE_MAX = 10
"""How many people are asked at most. Each has ten minutes to answer, so more would take too long."""


def ask_on_call(context: AppContext, role: str, incident: Incident) -> OnCallAsked:
    """Return the people that `[duty] oncall_command` names for a role, or the fault in its output."""
    people, fault = on_call_for(context, role, incident.severity, incident.id)
    return OnCallAsked(role=role, people=people, fault=fault)


def on_call_for(context: AppContext, role: str, severity: int, name: str) -> tuple[tuple[Person, ...], str | None]:
    """Return the members that `[duty] oncall_command` names, and the fault in its answer, if any.

    `name` is the id of the incident, or `alert-` and the number of a proposal.
    """
    command = context.config.settings.duty.oncall_command or ""
    answer = _output([*shlex.split(command), role, str(severity), name])
    if isinstance(answer, str):
        return (), answer
    people = [context.person(str(person.address)) for person in _people(answer)]
    members = [person for person in people if context.roster.has(str(person.address))]
    return tuple(members[:PEOPLE_MAX]), _fault(len(people), len(members))


def _fault(people: int, members: int) -> str | None:
    if not people:
        return "it printed no address"
    if not members:
        return "it printed only addresses that are no members'"
    if members > PEOPLE_MAX:
        return f"it printed more than {PEOPLE_MAX} addresses; the others are not asked"
    return f"{people - members} of the addresses that it printed are no members'" if members < people else None


def _people(output: bytes) -> Iterator[Person]:
    """Yield the people whose addresses are in the output, one address on each line. Other lines are ignored."""
    seen: set[str | None] = set()
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            person = Person.parse(line)
        except ValueError:
            continue
        if person.address is not None and person.address not in seen:
            seen.add(person.address)
            yield person


def _output(arguments: list[str]) -> bytes | str:
    """Return the program's output as bytes or, if the program failed, the reason as a text."""
    try:
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        return f"it cannot be started: {error.strerror if isinstance(error, OSError) else error}"
    try:
        found = _read(process, until=time.monotonic() + SECONDS_MAX)
    finally:
        _end(process)
    if found is None:
        return f"it did not end within {SECONDS_MAX:.0f} s"
    if len(found) > OUTPUT_BYTES_MAX:
        return f"it printed more than {OUTPUT_BYTES_MAX // 1024} kB"
    return f"it ended with {process.returncode}" if process.returncode else found


def _read(process: subprocess.Popen[bytes], *, until: float) -> bytes | None:
    """Return the output of a process, cut off a little above the limit, or None if the process takes too long."""
    found, pipe = b"", process.stdout
    while pipe is not None and len(found) <= OUTPUT_BYTES_MAX:
        left_s = until - time.monotonic()
        if left_s <= 0 or not select.select([pipe], [], [], left_s)[0]:
            return None
        part = os.read(pipe.fileno(), OUTPUT_BYTES_MAX)
        if not part:
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                return None
            return found
        found += part
    return found


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything that it started, if it is still running."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
