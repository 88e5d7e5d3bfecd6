"""The sections of the configuration file.

value_types.py has the forms of the values. load.py and organisation.py check that they do not contradict each other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from incidentmail.core.model import Trust
from incidentmail.inbound import limits

from .value_types import (
    AbsolutePath,
    Address,
    Amount,
    BareName,
    BareText,
    Duration,
    Host,
    HostPort,
    Line,
    Listen,
    Mailbox,
    Number,
    Patience,
    PersonText,
    SocketMode,
    Zone,
    after_fetch,
    domain,
    imap_url,
    imap_wait,
    member,
    relay_url,
    resolver_address,
    trusted_relay,
)


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


HostName = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]{1,253}$")]


class MeSection(_Section):
    address: PersonText | None = None


class ListSection(_Section):
    address: Address | None = None
    always_to: tuple[Address, ...] = ()
    restricted: Address | None = None
    backup: Address | None = None
    returns_within: Patience = timedelta(minutes=10)


class MailSection(_Section):
    from_: Mailbox | None = Field(default=None, alias="from")
    relay: tuple[Annotated[str, AfterValidator(relay_url)], ...] = Field(default=("smtp://127.0.0.1:25",), min_length=1)
    password_command: str | None = None
    helo: HostName | None = None
    from_person: StrictBool = True
    key_file: AbsolutePath | None = None
    follow_up_after: Duration = timedelta(seconds=20)
    backup_after: Duration = timedelta(minutes=5)
    give_up_after: Duration = timedelta(days=2)
    mute: StrictBool = False


class OperatorSection(_Section):
    address: Address | None = None


class LedgerSection(_Section):
    url: str | None = None


class ListenSection(_Section):
    lmtp: Listen | None = None
    smtp: Listen | None = None
    hostname: HostName | None = None
    allow_public: StrictBool = False
    socket_mode: SocketMode = 0o660
    socket_group: str | None = None
    tls_certificate: AbsolutePath | None = None
    tls_key: AbsolutePath | None = None
    require_starttls: StrictBool = False
    users: AbsolutePath | None = None
    message_bytes_max: Annotated[Amount, Field(le=limits.MESSAGE_BYTES_MAX)] = limits.MESSAGE_BYTES_MAX
    in_flight_bytes_max: Annotated[Amount, Field(ge=1024 * 1024)] = limits.IN_FLIGHT_BYTES_MAX
    connections_max: Amount = limits.CONNECTIONS_MAX
    connections_per_peer_max: Amount = limits.CONNECTIONS_PER_PEER_MAX
    recipients_max: Amount = limits.RECIPIENTS_MAX


class ImapSection(_Section):
    url: Annotated[str, AfterValidator(imap_url)] | None = None
    password_command: str | None = None
    oauth2_command: str | None = None
    after: Annotated[str, AfterValidator(after_fetch)] = "seen"
    idle_for: Annotated[Duration, AfterValidator(imap_wait)] = timedelta(minutes=4)
    poll_every: Annotated[Duration, AfterValidator(imap_wait)] = timedelta(minutes=1)


class LogSection(_Section):
    format: Literal["text", "json"] = "text"


class MetricsSection(_Section):
    listen: HostPort | None = None
    allow_public: StrictBool = False


class HomeSection(_Section):
    address: Address | None = None


class TrustSection(_Section):
    members: tuple[Annotated[str, AfterValidator(member)], ...] | None = None
    relays: tuple[Annotated[str, AfterValidator(trusted_relay)], ...] = ("127.0.0.1", "::1", "unix", "pipe", "imap")
    verify: Literal["none", "authentication-results", "dkim"] = "none"
    profile: Literal["rfc8601", "microsoft365"] = "rfc8601"
    authserv_id: Annotated[str, Field(pattern=r"^[!-:<-~]{1,253}$")] | None = None
    arc_sealers: tuple[Annotated[str, AfterValidator(domain)], ...] = ()
    resolver: Annotated[str, AfterValidator(resolver_address)] | None = None
    resolver_timeout: Duration = timedelta(seconds=5)


class RepliesSection(_Section):
    ask: Literal["members", "off"] = "members"


class KnownPerson(_Section):
    """An entry in [people]: a name alone, or a table with the time zone too."""

    name: Line
    zone: Zone | None = None

    @model_validator(mode="before")
    @classmethod
    def _a_name_alone(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


class IncidentSection(_Section):
    default_severity: Number = 3
    venue: Line | None = None
    proposals_expire_after: Duration = timedelta(hours=24)
    venue_hosts: tuple[Host, ...] = ()


class SeveritySection(_Section):
    level: Number
    name: BareName
    meaning: Line = ""
    requires: tuple[str, ...] = ()
    update_every: Duration | None = None
    also_to: tuple[Address, ...] = ()


class PhaseSection(_Section):
    number: Number
    name: BareName


class RoleSection(_Section):
    title: BareName
    takes: BareText | None = None


_EMPTY: Any = Field(default={}, validate_default=True)
"""A missing section is an empty one. Its defaults are made when settings are read, not at every start."""


class Settings(_Section):
    """The configuration file, section by section."""

    timezones: tuple[Zone, ...] = ()
    templates: AbsolutePath | None = None
    me: MeSection = _EMPTY
    list: ListSection = _EMPTY
    mail: MailSection = _EMPTY
    operator: OperatorSection = _EMPTY
    ledger: LedgerSection = _EMPTY
    listen: ListenSection = _EMPTY
    imap: ImapSection = _EMPTY
    log: LogSection = _EMPTY
    metrics: MetricsSection = _EMPTY
    home: HomeSection = _EMPTY
    trust: TrustSection = _EMPTY
    replies: RepliesSection = _EMPTY
    permissions: dict[str, Trust] = Field(default_factory=dict)
    people_: dict[Address, KnownPerson] = Field(default_factory=dict, alias="people")
    incident: IncidentSection = _EMPTY
    severity: tuple[SeveritySection, ...] = ()
    phase: tuple[PhaseSection, ...] = ()
    roles: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")], RoleSection] = Field(default_factory=dict)

    @property
    def people(self) -> dict[str, str]:
        """The name of each known person, by address."""
        return {address: person.name for address, person in self.people_.items()}

    def zone_of(self, address: str | None) -> str | None:
        """Return the zone in which a person writes times, or None if it is not configured."""
        person = self.people_.get(address or "")
        return person.zone if person else None
