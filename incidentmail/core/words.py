"""Define the lexicon: every fixed word of our messages, for the code that renders them and for the grammar.

People learn to type these words. A change here affects both what we write and what we accept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from .conduct.clock_commands import CLOCK_KEYS
from .frozen import Frozen
from .model import Holders, Incident, Status
from .names.name_lists import join_names
from .policy import Policy
from .retro.retro_commands import RETRO_KEYS
from .text import fold_case, one_line
from .tracking.item_keys import ITEM_KEYS


class FieldLine(Frozen):
    """A `Key: value` line of a mail. `is_needed` is true for a role that the severity requires and nobody holds."""

    key: str
    value: str
    is_needed: bool = False

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"


NOTHING_YET = "nothing yet"
NEEDED = "needed"
EARLIER_NEEDED = "wanted"
"""The text that earlier versions wrote instead of `NEEDED`."""
NOT_NEEDED = "not needed"
NOT_CONFIRMED = "not confirmed"
EARLIER_NOT_CONFIRMED = "assumed"
BROKEN_KEY, BROKEN_BEFORE_KEY = "What is broken", "What was broken"
DURATION_KEY = "Duration"
NO_CHANGE = "No change."
COORDINATING, COORDINATED = "Coordinating via", "Coordinated via"
DRILL_PREFIX = "[drill] "
"""The start of the subject of mail in a drill."""
RESTRICTED_PREFIX = "[restricted] "
INCIDENT_KEY = "Incident"
DECLARED_BY_KEY = "Declared by"
INCIDENT_LINE = f"{INCIDENT_KEY}: "
CODE_WORD = "Ref"
DRILL_SENTENCE = "This is a drill."
RESTRICTED_LINE = FieldLine("Restricted", "the details stay among the people who got this mail.")
STATUS_SENTENCES = {
    Status.CLOSED: "Incident closed.",
    Status.RETRACTED: "Incident retracted: a false alarm.",
    Status.OPEN: "Incident reopened.",
    Status.MERGED: "Incident merged into another.",
}
STATUS_WORDS = {
    "open": Status.OPEN, "reopened": Status.OPEN, "reopen": Status.OPEN,
    "closed": Status.CLOSED, "close": Status.CLOSED, "resolved": Status.CLOSED,
    "retracted": Status.RETRACTED, "retract": Status.RETRACTED, "incidental": Status.RETRACTED,
    "false alarm": Status.RETRACTED,
}  # fmt: skip
RESTRICTED_SUBJECT = "Restricted incident"
PUBLIC_HINT = (
    "This incident is restricted: its details stay among the people who work on it. Do not reply to the list. If you "
    "know something that may matter, tell the commander in person or by phone."
)
BRIEFING_SINCE = "What was announced since:"
BRIEFING_HINT = (
    "From now on you get all mail about this incident. Replies to this one reach incidentmail only, not the list."
)
LINK_CATCH_UP = "Send me a summary"
LINK_HELP = "I can help"
LINK_NO_CHANGE = "No change, next update in 30 minutes"
LINK_HAND_OVER = "Hand over command"
LINK_CLOSE = "Close the incident"
NOBODY_ELSE = "Nobody else got this mail."
BRIEF_LEAD = "Everything announced so far:"
BRIEF_NEWS_LEAD = "How it stands, and what is new:"
CONTROLS_LEAD = "You can reply to any mail of this incident with:"


# The keys of `Key: value` lines. The first spelling of each fact is the one that our messages use.
KEYS: tuple[tuple[str, str], ...] = (
    ("Description", "description"),
    ("Severity", "severity"),
    ("Sev", "severity"),
    ("Phase", "phase"),
    ("Status", "status"),
    ("Commander", "commander"),
    ("IC", "commander"),
    ("Incident commander", "commander"),
    ("Venue", "venue"),
    ("Coordinating via", "venue"),
    ("Backchannel", "backchannel"),
    ("Impact", "impact"),
    ("Not affected", "not_affected"),
    ("Approved for customers", "customers_may_be_told"),
    ("Customers may be told", "customers_may_be_told"),
    ("Started", "started_at"),
    ("Detected", "detected_at"),
    ("Next update", "next_update_at"),
    ("Next", "next_update_at"),
    *CLOCK_KEYS,
    *RETRO_KEYS,
    ("At", "at"),
    *ITEM_KEYS,
    ("Duplicate of", "duplicate_of"),
    ("Restricted", "restricted"),
    ("Offer command to", "offer"),
    ("Note", "note"),
)


def in_brackets(*notes: str | None) -> str:
    """Return ` (a; b)`, or "" if there are no notes."""
    given = [note for note in notes if note]
    return f" ({'; '.join(given)})" if given else ""


class Words(Frozen, dict=True, gc=True):
    """The lexicon of an organisation, with its titles and its names for severities and phases."""

    policy: Policy

    @property
    def title(self) -> str:
        """The commander's title as written within a sentence: `incident commander`, but `DRI` unchanged."""
        title = self.policy.commander_title
        return title[:1].lower() + title[1:] if title[1:2].islower() else title

    @cached_property
    def keys(self) -> dict[str, str]:
        """Maps the case-folded spellings of keys to facts or roles, such as `roles.scribe`."""
        found = {fold_case(spelling): name for spelling, name in KEYS}
        found[fold_case(self.policy.commander_title)] = "commander"
        for role in self.policy.roles:
            for spelling in (role.title, role.key.replace("_", " "), *role.also_written):
                found[fold_case(spelling)] = f"roles.{role.key}"
        return found

    def key(self, name: str) -> str:
        """Return the key that our messages use for a fact or role."""
        if name == "commander":
            return self.policy.commander_title
        if name.startswith("roles."):
            role = self.policy.role(name.removeprefix("roles."))
            return role.title if role else one_line(name.removeprefix("roles.").replace("_", " ")).capitalize()
        return next(spelling for spelling, fact in KEYS if fact == name)

    def severity_name(self, level: int) -> str:
        step = self.policy.severity(level)
        return step.name if step else ""

    def severity_clause(self, level: int, note: str | None = None) -> str:
        """Return a clause such as `Severity 1 (critical; was 2)`."""
        return f"Severity {level}{in_brackets(self.severity_name(level), note)}"

    def worse_levels(self, incident: Incident) -> Sequence[int]:
        """Return the levels worse than the incident's severity, the closest one first."""
        return [step.level for step in reversed(self.policy.severities) if step.level < incident.severity]

    def briefing_reason(self, level: int) -> str:
        """Return a sentence explaining why somebody now gets mail about an incident.

        >>> Words(Policy()).briefing_reason(1)
        'You get this mail because an incident has become severity 1 (critical).'
        """
        name = in_brackets(self.severity_name(level))
        return f"You get this mail because an incident has become severity {level}{name}."

    def decline_hint(self, was: str, told: str = "") -> str:
        """Return the sentences that tell a new commander how to decline.

        If they decline, `was`, the previous commander, leads again. `told` is the person who named the new commander,
        if that was somebody else; they are notified.

        >>> Words(Policy()).decline_hint("Mara Lindqvist")
        'If you cannot do it, reply: decline. Then Mara Lindqvist leads again.'
        """
        return f"If you cannot do it, reply: decline. Then {f'{told} is told, and ' if told else ''}{was} leads again."

    def worse_label(self, level: int) -> str:
        """Return the label of a link to a worse severity, such as `Worse: severity 1 (critical)`."""
        return f"Worse: severity {level}{in_brackets(self.severity_name(level))}"

    def milder_label(self, level: int) -> str:
        """Return the label of a link to a milder severity, such as `Less severe: severity 3 (moderate)`."""
        return f"Less severe: severity {level}{in_brackets(self.severity_name(level))}"

    def next_phase_label(self, number: int) -> str:
        """Return a label such as `Next: phase 2 (resolving)`."""
        return f"Next: {self.phase_clause(number)}"

    def phase_clause(self, number: int, note: str | None = None) -> str:
        """Return a clause such as `phase 1 (stopping the damage)`."""
        return f"phase {number}{in_brackets(self.phase_name(number), note)}"

    def phase_name(self, number: int) -> str | None:
        step = self.policy.phase(number)
        return step.name if step else None

    def commander_sentence(self, name: str, note: str | None = None, *, ended: bool = False) -> str:
        """Return a sentence such as `Alícia S. is incident commander (was Mara Lindqvist).`"""
        return f"{name} {'was' if ended else 'is'} {self.title}{in_brackets(note)}."

    def venue_sentence(self, venue: str, was: str | None = None, *, ended: bool = False) -> str:
        """Return `Coordinating via #x on Slack.`, with the old venue unless either venue contains ` (was `."""
        is_unambiguous = was is not None and " (was " not in venue + was
        old = in_brackets(f"was {was}") if is_unambiguous else ""
        return f"{COORDINATED if ended else COORDINATING} {venue}{old}."

    def role_line(
        self, key: str, holders: Holders, *, missing: bool, with_address: Collection[str] = ()
    ) -> FieldLine | None:
        """Return a line such as `Customer liaison: Tomás R. (customer questions)`, or None if it is not to be shown."""
        role = self.policy.role(key)
        takes = in_brackets(role.takes) if role and role.takes else ""
        title = self.key(f"roles.{key}")
        if holders.people:
            return FieldLine(title, f"{join_names(holders.people, with_address=with_address)}{takes}")
        if holders.dismissed:
            return FieldLine(title, NOT_NEEDED)
        return FieldLine(title, f"{NEEDED}{takes}", is_needed=True) if missing else None

    def role_keys(self, incident: Incident) -> list[str]:
        """Return the keys of an incident's roles in the configured order, followed by those not configured."""
        order = [role.key for role in self.policy.roles]
        return [*order, *(key for key in incident.roles if key not in order)]
