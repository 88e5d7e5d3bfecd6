"""Define the sections of the configuration file.

The forms of the values are in value_types.py and network_types.py. load.py and organisation.py check whether values
contradict each other. description.py explains how files are parsed according to these definitions.
"""

# The annotations are needed at run time, so this module does not use "from __future__ import annotations".

from datetime import timedelta
from typing import Annotated, Literal

from incidentmail.core.frozen import field
from incidentmail.core.text import composed
from incidentmail.inbound.limits import MESSAGE_BYTES_MAX
from incidentmail.transport.smtp import limits

from .description import Section
from .hook_section import HookSection
from .network_types import (
    Address,
    AddressOfPerson,
    AfterFetch,
    ArchiveUrl,
    AuthservId,
    Domain,
    Host,
    HostName,
    HostPort,
    ImapUrl,
    Listen,
    Member,
    RelayUrl,
    ResolverAddress,
    TrustedRelay,
)
from .publish_section import PublishSection
from .value_types import (
    Abbreviation,
    AbsolutePath,
    AlertKey,
    AlertPattern,
    Amount,
    BareName,
    BareText,
    Duration,
    Flag,
    ImapWait,
    Line,
    Mailbox,
    Meaning,
    Number,
    Patience,
    Permission,
    PersonText,
    RoleKey,
    SocketMode,
    Text,
    Zone,
    whole_number,
)


class MeSection(Section):
    address: PersonText | None = None


class ListSection(Section):
    address: Address | None = None
    always_to: tuple[Address, ...] = ()
    restricted: Address | None = None
    drill: Address | None = None
    backup: Address | None = None
    archive: ArchiveUrl | None = None
    bounce_from: tuple[Member, ...] = ()
    returns_within_: Patience | None = None
    replies: Literal["list", "tool"] = "list"
    subscribers: Amount | None = None

    @property
    def returns_within(self) -> timedelta:
        """The time within which the list must return our mail. 0 s means that the list need not return any mail."""
        return timedelta(minutes=10) if self.returns_within_ is None else self.returns_within_


class MailSection(Section):
    from_: Mailbox | None = None
    relay: tuple[RelayUrl, ...] = ("smtp://127.0.0.1:25",)
    password_command: Text | None = None
    oauth2_command: Text | None = None
    helo: HostName | None = None
    from_person: Flag = True
    key_file: AbsolutePath | None = None
    follow_up_after: Duration = timedelta(seconds=20)
    backup_after: Duration = timedelta(minutes=5)
    give_up_after: Duration = timedelta(days=2)
    mute: Flag = False


class OperatorSection(Section):
    address: Address | None = None


class LedgerSection(Section):
    url: Text | None = None
    password_command: Text | None = None
    standby: Flag = False


class ListenSection(Section):
    lmtp: Listen | None = None
    smtp: Listen | None = None
    smtps: Listen | None = None
    hostname: HostName | None = None
    allow_public: Flag = False
    socket_mode: SocketMode = 0o660
    socket_group: Text | None = None
    tls_certificate: AbsolutePath | None = None
    tls_key: AbsolutePath | None = None
    require_starttls: Flag = False
    users: AbsolutePath | None = None
    message_bytes_max: Annotated[int, whole_number(least=1, most=MESSAGE_BYTES_MAX)] = MESSAGE_BYTES_MAX
    in_flight_bytes_max: Annotated[int, whole_number(least=1024 * 1024)] = limits.IN_FLIGHT_BYTES_MAX
    connections_max: Amount = limits.CONNECTIONS_MAX
    connections_per_peer_max: Amount = limits.CONNECTIONS_PER_PEER_MAX
    recipients_max: Amount = limits.RECIPIENTS_MAX
    untrusted_peer_bytes_a_day_max: Amount = limits.UNTRUSTED_PEER_BYTES_A_DAY_MAX
    untrusted_bytes_a_day_max: Amount = limits.UNTRUSTED_BYTES_A_DAY_MAX
    untrusted_free_bytes_min: Amount = limits.UNTRUSTED_FREE_BYTES_MIN

    @property
    def addresses(self) -> dict[str, str]:
        """A mapping from each key that is set (`lmtp`, `smtp` or `smtps`) to its address."""
        found = {"lmtp": self.lmtp, "smtp": self.smtp, "smtps": self.smtps}
        return {key: address for key, address in found.items() if address}


class ImapSection(Section):
    url: ImapUrl | None = None
    password_command: Text | None = None
    oauth2_command: Text | None = None
    after: AfterFetch = "seen"
    idle_for: ImapWait = timedelta(minutes=4)
    poll_every: ImapWait = timedelta(minutes=1)


class LogSection(Section):
    format: Literal["text", "json"] = "text"


class MetricsSection(Section):
    listen: HostPort | None = None
    allow_public: Flag = False


class HomeSection(Section):
    address: Address | None = None


class TrustSection(Section):
    members: tuple[Member, ...] | None = None
    relays: tuple[TrustedRelay, ...] = ("127.0.0.1", "::1", "unix", "pipe", "imap")
    verify: Literal["none", "authentication-results", "dkim"] = "none"
    profile: Literal["rfc8601", "microsoft365"] = "rfc8601"
    authserv_id: AuthservId | None = None
    arc_sealers: tuple[Domain, ...] = ()
    resolver: ResolverAddress | None = None
    resolver_timeout: Duration = timedelta(seconds=5)


class RepliesSection(Section):
    ask: Literal["members", "off"] = "members"


class KnownPerson(Section):
    """A person under [people]: either a name, or a table that also contains the time zone in which they write times."""

    name: Line
    zone: Zone | None = None

    @classmethod
    def given(cls, value: object) -> object:
        return {"name": value} if isinstance(value, str) else value


class IncidentSection(Section):
    default_severity: Number = 3
    venue: Line | None = None
    proposals_expire_after: Duration = timedelta(hours=24)
    venue_hosts: tuple[Host, ...] = ()


class DutySection(Section):
    commanders: tuple[Address, ...] = ()
    oncall_command: Text | None = None
    relief_after: Patience = timedelta(hours=4)


class DeadlineSection(Section):
    name: BareName
    after: Duration
    warn: tuple[Duration, ...] = ()


class RetroSection(Section):
    ask: Number = 3
    folder: AbsolutePath | None = None


class AlertsSection(Section):
    from_: tuple[Member, ...] = ()
    declare_after: Patience = timedelta()
    remove: tuple[AlertPattern, ...] = ()
    recovered: tuple[AlertPattern, ...] = ()
    ignore: tuple[AlertPattern, ...] = ()
    same: tuple[AlertKey, ...] = ()
    severity: dict[AlertPattern, Number] = field(default_factory=dict)


class SeveritySection(Section):
    level: Number
    name: BareName
    meaning: Line = ""
    requires: tuple[Text, ...] = ()
    update_every: Patience | None = None
    also_to: tuple[Address, ...] = ()
    also_template: Literal["executives"] | None = None


class PhaseSection(Section):
    number: Number
    name: BareName


class RoleSection(Section):
    title: BareName
    takes: BareText | None = None


class Settings(Section):
    """The configuration file, section by section."""

    timezones: tuple[Zone, ...] = ()
    templates: AbsolutePath | None = None
    me: MeSection = MeSection()
    list: ListSection = ListSection()
    mail: MailSection = MailSection()
    operator: OperatorSection = OperatorSection()
    ledger: LedgerSection = LedgerSection()
    listen: ListenSection = ListenSection()
    imap: ImapSection = ImapSection()
    log: LogSection = LogSection()
    metrics: MetricsSection = MetricsSection()
    home: HomeSection = HomeSection()
    trust: TrustSection = TrustSection()
    replies: RepliesSection = RepliesSection()
    permissions: dict[Text, Permission] = field(default_factory=dict)
    people_: dict[AddressOfPerson, KnownPerson] = field(default_factory=dict)
    incident: IncidentSection = IncidentSection()
    severity: tuple[SeveritySection, ...] = ()
    phase: tuple[PhaseSection, ...] = ()
    roles: dict[RoleKey, RoleSection] = field(default_factory=dict)
    glossary: dict[Abbreviation, Meaning] = field(default_factory=dict)
    duty: DutySection = DutySection()
    deadline: tuple[DeadlineSection, ...] = ()
    hook: tuple[HookSection, ...] = ()
    retro: RetroSection = RetroSection()
    publish: PublishSection = PublishSection()
    alerts: AlertsSection = AlertsSection()

    @property
    def people(self) -> dict[str, str]:
        """A mapping from the address of each known person to their name."""
        return {address: composed(person.name) for address, person in self.people_.items()}

    def zone_of(self, address: Text | None) -> str | None:
        """Return the time zone in which a person writes times, or None if it is not configured."""
        person = self.people_.get(address or "")
        return person.zone if person else None
