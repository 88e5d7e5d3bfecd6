"""Define the exceptions of incidentmail. The tree gives the exit code and the meaning of each:

IncidentMailError
├── ConfigError             78  the configuration is missing, unreadable or wrong
│   └── LedgerElsewhereError    the command needs the ledger, which is on another machine ([home] address)
├── UsageError               2  the command line asks for something that does not exist
├── SecretHeldError          1  a text that is about to be sent may contain a secret
├── UnreadableInputError    65  a file or message given as input cannot be read
├── NotPermittedError       77  the operating system or the policy does not permit it
├── LedgerError             70
│   ├── NoLedgerError           there is none yet, or it is elsewhere
│   ├── NotLeadingError      1  another installation leads the incident
│   ├── StaleVersionError       another process changed the incident first
│   ├── LedgerDamagedError      its file is damaged, or is not a ledger of this version
│   └── LedgerUnavailableError
│       │                   75  the store cannot be written at the moment (disk full, for example)
│       └── LedgerBusyError     it stayed locked for too long
├── UnreadMailError         65  the process that was parsing a message died or was stopped
├── ListenError             75  another program uses the address to listen on, or this machine does not have it yet
├── DnsUnavailableError     75  no name server answers now, so the name may exist or not
├── RelayError              75
│   └── RelayUnavailableError   no answer, or a transient error: try again later
├── MailboxError            75
│   ├── MailboxUnavailableError the IMAP server gave no answer, or none that can be parsed: try again later
│   ├── MailboxRefusedError     it answered NO or BAD to a login, a folder or a message
│   └── NoMailHereError         it contains none of our mail, so it shows no incidents
├── HookUnreachableError    75  a hook cannot be called now, or may not be: try again later
├── PagesError              73  a folder for web pages cannot be written, or holds files that are not ours
└── RenderError             70  a template or a header could not be made safely

More specific subclasses are defined next to the code that raises them. A sender's mistake is never an exception, but a
value: `core.commands.Refused`. Each error has its facts as attributes. `hint` tells the person at the terminal what to
do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class IncidentMailError(Exception):
    """The base class of all errors.

    The message is in lower case without a full stop, and the hint says what to do next.
    """

    exit_code = 70
    nobody_told = False
    """Whether this error prevented mail to the list. If so, the terminal says that first, in capitals."""
    untold_text: str | None = None
    """The text that the list should have received, so that people can paste it elsewhere."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(IncidentMailError):
    """The configuration is missing, unreadable or wrong (sysexits EX_CONFIG).

    If a single value is wrong, `keys` says where it is, such as `("list", "backup")`.
    """

    exit_code = 78

    def __init__(self, message: str, *, hint: str | None = None, keys: tuple[str | int, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.keys = keys


class LedgerElsewhereError(ConfigError):
    """According to the configuration, the ledger that the command needs is on another machine."""

    def __init__(self, home: str) -> None:
        super().__init__(
            f"this machine has no ledger: {home} has it",
            hint="run it there, or reply to a mail of the incident; here you can declare, update, note, handoff, "
            "close, retract, reopen, undo, action, need, assume, evidence, decide, done, list and show",
        )
        self.home = home


class UsageError(IncidentMailError):
    """The command line names an incident or an option that does not exist."""

    exit_code = 2


class SecretHeldError(IncidentMailError):
    """A text that is about to be sent may contain a secret."""

    exit_code = 1


class UnreadableInputError(IncidentMailError):
    """A file or message given as input cannot be read (sysexits EX_DATAERR)."""

    exit_code = 65


class UnreadMailError(IncidentMailError):
    """The process that was parsing a message died or was stopped (sysexits EX_DATAERR)."""

    exit_code = 65


class ListenError(IncidentMailError):
    """Another program uses the address, or this machine does not have it yet (sysexits EX_TEMPFAIL)."""

    exit_code = 75


class DnsUnavailableError(IncidentMailError):
    """No name server answered, or the answer was an error (sysexits EX_TEMPFAIL)."""

    exit_code = 75


class NotPermittedError(IncidentMailError):
    """The operating system or the policy does not permit the operation (sysexits EX_NOPERM)."""

    exit_code = 77


class LedgerError(IncidentMailError):
    """The ledger could not be read or written."""


class NoLedgerError(LedgerError):
    """There is no file at the ledger's path: nothing was recorded yet, or the configured path is wrong."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"there is no ledger {path}", hint="check [ledger] url; a first command makes a new one")
        self.path = path


class NotLeadingError(LedgerError):
    """Another installation leads this incident, or the list as a whole, so this one changes nothing."""

    exit_code = 1


class StaleVersionError(LedgerError):
    """Another process changed the incident between our read and our append."""

    def __init__(self, *, incident: str, expected: int, actual: int) -> None:
        super().__init__(f"{incident} is at version {actual}, not {expected}", hint="run the command again")
        self.incident, self.expected, self.actual = incident, expected, actual


class LedgerDamagedError(LedgerError):
    """The ledger's file is damaged, or is not a ledger of this version."""


class LedgerUnavailableError(LedgerError):
    """The store cannot be written at the moment. Nothing was written (sysexits EX_TEMPFAIL)."""

    exit_code = 75


class LedgerBusyError(LedgerUnavailableError):
    """The store stayed locked for too long."""


class RelayError(IncidentMailError):
    """A relay did not accept a message."""

    exit_code = 75

    def __init__(self, message: str, *, relay: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.relay = relay


class RelayUnavailableError(RelayError):
    """The relay gave no answer, or a transient error (RFC 5321 section 4.2.1, 4yz): try again later."""


class MailboxError(IncidentMailError):
    """An IMAP server refused or failed a request. The messages are still on the server (sysexits EX_TEMPFAIL)."""

    exit_code = 75

    def __init__(self, message: str, *, mailbox: str, hint: str | None = None) -> None:
        super().__init__(f"{mailbox}: {message}", hint=hint)
        self.mailbox = mailbox


class MailboxUnavailableError(MailboxError):
    """The IMAP server gave no answer, or none that can be parsed: try again later."""


class MailboxRefusedError(MailboxError):
    """The IMAP server answered NO or BAD (RFC 3501 section 7.1).

    `is_login` is true if the server refused the login.
    """

    def __init__(self, message: str, *, mailbox: str, hint: str | None = None, is_login: bool = False) -> None:
        super().__init__(message, mailbox=mailbox, hint=hint)
        self.is_login = is_login


class NoMailHereError(MailboxError):
    """A mailbox contains none of our mail, so it shows no incidents."""


class HookUnreachableError(IncidentMailError):
    """A hook gave no answer, or its address is not allowed (sysexits EX_TEMPFAIL)."""

    exit_code = 75


class PagesError(IncidentMailError):
    """A folder for web pages cannot be written, or holds files that are not ours (sysexits EX_CANTCREAT)."""

    exit_code = 73


class RenderError(IncidentMailError):
    """A template or a header field could not be rendered safely."""
