"""Recognise the subjects of known monitoring systems, using a table of patterns. The first match wins.

Each pattern has a group `state`, and a group `name` for the subject of the alert. state_words.py parses subjects of
unknown formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .alert import AlertKind

STATES: Final[dict[str, AlertKind]] = {
    **dict.fromkeys(("firing", "alerting", "problem", "alarm", "down", "no data", "nodata", "error"), "firing"),
    **dict.fromkeys(("critical", "warning", "unreachable", "custom", "regression", "triggered"), "firing"),
    **dict.fromkeys(("resolved", "recovery", "recovered", "ok", "up", "normal"), "recovered"),
    **dict.fromkeys(("acknowledgement", "updated problem", "updated", "insufficient_data", "insufficient"), "news"),
    **dict.fromkeys(("flappingstart", "flappingstop", "flappingdisabled", "flappingend"), "news"),
    **dict.fromkeys(("downtimestart", "downtimeend", "downtimecancelled", "downtimeremoved"), "news"),
}  # fmt: skip
_NAGIOS: Final = r"PROBLEM|RECOVERY|ACKNOWLEDGEMENT|CUSTOM|FLAPPING[A-Z]{3,8}|DOWNTIME[A-Z]{3,9}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A parsed subject in a known format: system, state, name, and the labels or value next to the name."""

    system: str
    kind: AlertKind
    name: str
    beside: str = ""
    service_state: str = ""

    @property
    def title(self) -> str:
        """The subject as a person would phrase it, without the kind of notification."""
        if self.service_state:
            return f"{self.name} is {self.service_state}"
        return _TITLES.get(self.system, "{}: {}").format(self.name, self.beside) if self.beside else self.name


_TITLES: Final = {"Alertmanager": "{} ({})", "CloudWatch": "{} in {}"}
"""For each system, the format of the alert's name and labels in a title. For other systems, a colon joins them."""


FORMS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("Alertmanager", re.compile(
        r"\[(?P<state>FIRING|RESOLVED)(?::\d{1,6})?(?:, ?RESOLVED(?::\d{1,6})?)?\]"
        r" *(?P<name>[^()]*)(?:\((?P<beside>.*)\))?"
    )),
    ("Grafana", re.compile(r"\[(?P<state>Alerting|OK|No Data|NoData|Error)\] *(?P<name>.+)")),
    ("Nagios", re.compile(
        rf"\*\* ?(?P<state>{_NAGIOS}) (?:Service|Host) Alert: (?P<name>.+) is (?P<service>[A-Z]+) ?\*\*"
    )),
    ("Icinga", re.compile(rf"\[(?P<state>{_NAGIOS})\] (?P<name>.+) is (?P<service>[A-Z]+)!?")),
    ("Icinga", re.compile(rf"(?P<state>{_NAGIOS}) - (?P<name>.+) is (?P<service>[A-Z]+)!?")),
    ("CloudWatch", re.compile(
        r"(?P<state>ALARM|OK|INSUFFICIENT(?:_DATA)?): \"(?P<name>.+)\" in (?P<beside>.+)"
    )),
    ("Uptime Kuma", re.compile(r"\[(?P<name>.+)\] \[\W*(?P<state>Down|Up)\] *(?P<beside>.*)")),
    ("healthchecks", re.compile(r"(?P<state>DOWN|UP) \| (?P<name>.+)")),
    ("Zabbix", re.compile(r"(?P<state>Problem|Resolved|Updated problem)(?: in [^:]{1,40})?: (?P<name>.+)")),
    ("Sentry", re.compile(r"(?:\[[^\]]{1,60}\] )?(?P<name>[A-Z][A-Z0-9_-]{1,60}-[0-9A-Z]{1,6}) - (?P<beside>.+)")),
)  # fmt: skip


def form_of(subject: str) -> Form | None:
    """Return the parsed subject if its format is known, otherwise None.

    >>> form_of('ALARM: "checkout-5xx" in EU (Ireland)').name, form_of("Checkout is down")
    ('checkout-5xx', None)
    """
    for system, pattern in FORMS:
        found = pattern.fullmatch(subject)
        if found is None:
            continue
        parts = found.groupdict()
        state, name, beside = parts.get("state"), found["name"].strip(), (parts.get("beside") or "").strip()
        service = parts.get("service") or ""
        if not name and not beside:
            continue
        return Form(
            system=system, kind=STATES.get((state or "firing").lower(), "news"), name=name or beside,
            beside=beside if name else "", service_state=service,
        )  # fmt: skip
    return None
