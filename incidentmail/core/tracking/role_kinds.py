"""Define the kinds of roles that people hold in an incident, apart from command."""

from __future__ import annotations

from incidentmail.core.frozen import Frozen


class RoleKind(Frozen, kw_only=True):
    """A kind of role.

    `takes` says which questions its holders answer. `also_written` holds other spellings of its title. If the title is
    plural, `one` is the singular.
    """

    key: str
    title: str
    one: str = ""
    takes: str = ""
    also_written: tuple[str, ...] = ()


LIAISONS = ("customer_liaison", "business_liaison")
SME = "subject_matter_experts"
COMMUNICATIONS, SCRIBE, DEPUTY, OWNER = "communications", "scribe", "deputy", "incident_owner"
DEFAULT_ROLES = (
    RoleKind(key="customer_liaison", title="Customer liaison", takes="customer questions"),
    RoleKind(key="business_liaison", title="Business liaison", takes="management questions"),
    RoleKind(
        key=SME,
        title="Subject-matter experts",
        one="Subject-matter expert",
        also_written=("Subject-matter expert", "Subject matter experts", "Subject matter expert", "SMEs", "SME"),
    ),
    RoleKind(
        key=COMMUNICATIONS,
        title="Communications",
        takes="what is written to everybody",
        also_written=("Comms", "Communications lead", "Comms lead"),
    ),
    RoleKind(key=SCRIBE, title="Scribe", takes="the timeline", also_written=("Note taker", "Note-taker")),
    RoleKind(key=DEPUTY, title="Deputy", also_written=("Deputy commander", "Deputy incident commander", "Deputy IC")),
    RoleKind(key=OWNER, title="Incident owner", takes="what follows afterwards"),
)
"""The roles of an organisation that configures none. A role that no severity requires is shown only if held."""
