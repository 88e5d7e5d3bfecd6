"""Build a frozen `Config` from the TOML file and the environment.

Every value is checked, and each error says what to do. Only the list has no default. An unknown key is an error, which
suggests the most similar known key.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from incidentmail.core.frozen import Frozen
from incidentmail.core.model import Person, Trust
from incidentmail.core.policy import DEFAULT_PERMISSIONS, Policy
from incidentmail.errors import ConfigError

from .alerting import check_alerts
from .description import read
from .file import default_path, find_config, parsed, read_text
from .hooks import check_hooks
from .identity import me_from_environment, password_of
from .ledger_place import LedgerPlace, ledger_place
from .network_types import PUBLIC_DOMAINS
from .organisation import policy_of
from .publish_section import check_publish
from .sections import Settings, TrustSection


class Config(Frozen, kw_only=True):
    """The checked configuration: the settings in the file, and the values derived from them."""

    settings: Settings
    path: Path | None
    list_address: str
    bot: Person
    members: tuple[str, ...]
    policy: Policy
    ledger: LedgerPlace
    key_path: Path
    warnings: tuple[str, ...]

    @property
    def ledger_path(self) -> Path:
        """The file of the ledger. If the ledger is in a database, only the files next to this path are used."""
        return self.ledger.path

    @property
    def lists(self) -> tuple[str, ...]:
        """The addresses of our lists, the main list first."""
        others = (self.settings.list.restricted, self.settings.list.drill)
        return (self.list_address, *(address for address in others if address))

    def list_of(self, *, drill: bool, restricted: bool) -> str | None:
        """Return the list to which an incident of this kind is announced, or None if it is restricted and has no list.

        If there is a list for drills, drills (even restricted ones) are announced only there.
        """
        if drill and self.settings.list.drill is not None:
            return self.settings.list.drill
        return self.settings.list.restricted if restricted else self.list_address

    @property
    def helo(self) -> str:
        """The name that we give in EHLO (RFC 5321 section 4.1.1.1).

        Many relays accept neither a name without dots nor an address literal.

        DNS is not queried, because DNS itself may be failing.
        """
        machine = socket.gethostname()
        own = machine if "." in machine and machine.isascii() else str(self.bot.address).rpartition("@")[2]
        return self.settings.mail.helo or self.settings.listen.hostname or own

    @property
    def every_list(self) -> tuple[str, ...]:
        """The addresses of our lists, including the backup list if there is one."""
        backup = self.settings.list.backup
        return (*self.lists, *([backup] if backup else []))

    def me(self) -> Person:
        """Return the person at the terminal, from [me] if set, otherwise from $EMAIL, git, or the login name."""
        return self.settings.me.address or me_from_environment()

    def password(self) -> str | None:
        """Return the relay's password from $INCIDENTMAIL_PASSWORD, otherwise from `password_command`, or None."""
        from_environment = os.environ.get("INCIDENTMAIL_PASSWORD")
        command = self.settings.mail.password_command
        return from_environment if from_environment or not command else password_of(command)

    def relay_token(self) -> str | None:
        """Return a new access token for the relay, printed by [mail] oauth2_command, or None if that is not set."""
        command = self.settings.mail.oauth2_command
        return password_of(command, key="[mail] oauth2_command") if command else None

    def imap_password(self) -> str | None:
        """Return the mailbox password from $INCIDENTMAIL_IMAP_PASSWORD or else [imap] password_command, or None."""
        from_environment = os.environ.get("INCIDENTMAIL_IMAP_PASSWORD")
        command = self.settings.imap.password_command
        if from_environment or not command:
            return from_environment or None
        return password_of(command, key="[imap] password_command")

    def ledger_password(self) -> str | None:
        """Return the database password from $INCIDENTMAIL_LEDGER_PASSWORD, otherwise from `password_command`.

        If it is None, PostgreSQL's client library uses $PGPASSWORD or ~/.pgpass.
        """
        from_environment, command = (
            os.environ.get("INCIDENTMAIL_LEDGER_PASSWORD"),
            self.settings.ledger.password_command,
        )
        if from_environment or not command:
            return from_environment or None
        return password_of(command, key="[ledger] password_command")

    def imap_token(self) -> str | None:
        """Return a new access token for the mailbox, printed by [imap] oauth2_command, or None if that is not set."""
        command = self.settings.imap.oauth2_command
        return password_of(command, key="[imap] oauth2_command") if command else None


def load(explicit: str | None = None) -> Config:
    """Find and check the configuration, and return it.

    If it has a fault, raise a ConfigError that says what is wrong and how to fix it.
    """
    path = find_config(explicit)
    if path is None:
        return resolve(Settings(), None)
    return resolve(_settings(parsed(read_text(path), path), path), path)


def _settings(raw: dict[str, object], path: Path) -> Settings:
    """Return the settings in `raw`. Pydantic is used only if there is a fault, because it is slow to import."""
    try:
        return read(Settings, raw)
    except ValueError:
        from .faults import checked

        return checked(raw, path)


def resolve(settings: Settings, path: Path | None) -> Config:
    """Return the settings with the values derived from them.

    Raise ConfigError if two settings contradict each other or if one is missing.
    """
    list_address = settings.list.address
    if list_address is None:
        raise ConfigError(
            "no mailing list is configured, so nobody can be told",
            hint=(
                f"write '[list]' and, below it, 'address = \"incidents@example.com\"' to {path}"
                if path
                else f"'incidentmail init' asks a few questions and writes {default_path()}"
            ),
        )
    home = settings.home.address
    if home is not None and settings.ledger.url is not None:
        raise ConfigError(
            "[home] address and [ledger] url exclude each other: the ledger is here, or at home",
            hint=f"take out [ledger] url on a machine that only sends mail to {home}, or else [home] address",
        )
    bot = Person(name="Incidents", address=home) if home else settings.mail.from_ or _default_bot(list_address)
    if bot.address == list_address:
        raise ConfigError(
            "[mail] from (or [home] address) and [list] address are the same, so the list would answer itself",
            hint='give the tool an address of its own: [mail] from = "Incidents <incident-bot@example.com>"',
            keys=("mail", "from"),
        )
    if settings.list.restricted in (list_address, bot.address):
        raise ConfigError(
            "[list] restricted needs an address of its own, or everybody would read what is restricted",
            hint='[list] restricted = "security-incidents@example.com", a list that few read',
            keys=("list", "restricted"),
        )
    if settings.list.drill in (list_address, bot.address, settings.list.restricted) and settings.list.drill:
        raise ConfigError(
            "[list] drill needs an address of its own, or people could take a drill for an incident",
            hint='[list] drill = "incident-drills@example.com", a list that those read who take part in drills',
            keys=("list", "drill"),
        )
    domain = str(bot.address).rpartition("@")[2]
    members = settings.trust.members
    if members is None:
        if domain in PUBLIC_DOMAINS:
            raise ConfigError(
                f"anybody can have an address at {domain}, so it cannot stand for your organisation",
                hint='name the members: [trust] members = ["mara@gmail.com", "*@example.com"]',
                keys=("mail", "from"),
            )
        members = (f"*@{domain}",)
    if not settings.mail.relay:
        raise ConfigError(
            "[mail] relay: it is empty",
            hint='name one at least: relay = ["smtp://127.0.0.1:25"]',
            keys=("mail", "relay"),
        )
    _check_trust(settings.trust)
    _check_backup(settings, list_address, str(bot.address))
    check_hooks(settings.hook)
    check_publish(settings.publish)
    policy = policy_of(settings)
    check_alerts(settings, policy, _own(settings, list_address, str(bot.address)))
    return Config(
        settings=settings,
        path=path,
        list_address=list_address,
        bot=bot,
        members=members,
        policy=policy,
        ledger=ledger_place(settings.ledger.url, _data_dir),
        key_path=settings.mail.key_file or _data_dir() / "key",
        warnings=_warnings(settings),
    )


def _own(settings: Settings, list_address: str, own_address: str) -> tuple[str, ...]:
    """Return our own addresses: this program's and those of the lists."""
    lists = (list_address, settings.list.restricted, settings.list.drill, settings.list.backup)
    return (own_address, *(address for address in lists if address))


def _check_backup(settings: Settings, list_address: str, own_address: str) -> None:
    also_to = (address for step in settings.severity for address in step.also_to)
    others = (
        list_address,
        own_address,
        settings.list.restricted,
        settings.list.drill,
        *settings.list.always_to,
        *also_to,
    )
    if settings.list.backup is not None and settings.list.backup in others:
        raise ConfigError(
            f"[list] backup = {settings.list.backup!r} gets mail already, so it is no back-up",
            hint="name a list that is used for nothing else, best at another provider",
            keys=("list", "backup"),
        )


def _check_trust(trust: TrustSection) -> None:
    named = trust.profile == "rfc8601"
    if trust.verify == "authentication-results" and named and not trust.authserv_id:
        raise ConfigError(
            '[trust] verify = "authentication-results" needs authserv_id',
            hint="authserv_id = the first word of the Authentication-Results field that your own server writes",
            keys=("trust", "verify"),
        )
    if trust.authserv_id and not named:
        raise ConfigError(
            f'[trust] authserv_id and profile = "{trust.profile}" exclude each other: that server writes no name',
            hint="take one of them out",
            keys=("trust", "authserv_id"),
        )
    if trust.arc_sealers and trust.verify == "none":
        raise ConfigError(
            "[trust] arc_sealers has no effect where nothing is verified",
            hint='verify = "dkim", or "authentication-results"',
            keys=("trust", "arc_sealers"),
        )


def _default_bot(list_address: str) -> Person:
    domain = list_address.rpartition("@")[2]
    if domain in PUBLIC_DOMAINS:
        raise ConfigError(
            f"incidentmail needs an address of its own, and one at {domain} may be anybody's",
            hint='[mail] from = "Incidents <incident-bot@example.com>", an address whose mail it gets',
            keys=("list", "address"),
        )
    return Person(name="Incidents", address=f"incident-bot@{domain}")


def _data_dir() -> Path:
    import platformdirs

    folder = Path(platformdirs.user_data_dir("incidentmail"))
    if not folder.is_absolute():  # no home, or a relative $XDG_DATA_HOME, which the XDG specification says to ignore
        raise ConfigError(
            "this user has no home for the ledger and the key",
            hint="set [ledger] url and [mail] key_file to whole paths, or $HOME",
        )
    return folder


def _warnings(settings: Settings) -> tuple[str, ...]:
    found = []
    wanted = [
        name for name, trust in settings.permissions.items() if trust is Trust.VERIFIED is not DEFAULT_PERMISSIONS[name]
    ]
    if wanted and settings.trust.verify == "none":
        found.append(f'[permissions] {wanted[0]} counts as member\'s: [trust] verify = "none" verifies nobody')
    return tuple(found)
