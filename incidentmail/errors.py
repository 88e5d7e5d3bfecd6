"""Every exception of incidentmail, drawn as a tree.

IncidentMailError
├── ConfigError             78  the configuration is missing, unreadable or wrong
├── UsageError               2  the command line asks for something that does not exist
├── SecretHeldError          1  what is about to be told to everybody holds what looks like a secret
├── UnreadableInputError    65  a file or mail given to us cannot be read
├── NotPermittedError       77  the operating system or the policy forbids it
├── LedgerError             70
│   ├── StaleVersionError       another process changed the incident first
│   └── LedgerUnavailableError
│       │                   75  the store takes nothing at the moment (disk full, say); nothing was written
│       └── LedgerBusyError     it stayed locked for too long
├── DnsUnavailableError     75  no name server can tell now; that says nothing about what was asked
├── RelayError              75
│   └── RelayUnavailableError   no answer, or a transient one: try again later
├── MailboxError            75
│   ├── MailboxUnavailableError no answer from the IMAP server, or none that can be read: try again later
│   └── MailboxRefusedError     it answered NO or BAD: a login, a folder, a mail
└── RenderError             70  a template or a header could not be made safely

A sender's mistake is never an exception: it is a value, `core.commands.Refused`.
Each error carries its facts; `hint` says what to do next, in words for the person at the terminal.
"""

from __future__ import annotations


class IncidentMailError(Exception):
    """The root: a message in lower case without full stop, and a hint that says what to do next."""

    exit_code = 70
    nobody_told = False
    """Whether it kept the list from being told: then the terminal says so first, in capitals."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(IncidentMailError):
    """The configuration is missing, unreadable or wrong (sysexits EX_CONFIG)."""

    exit_code = 78


class UsageError(IncidentMailError):
    """The command line names an incident or an option that does not exist."""

    exit_code = 2


class SecretHeldError(IncidentMailError):
    """What is about to be told to everybody holds what looks like a secret."""

    exit_code = 1


class UnreadableInputError(IncidentMailError):
    """A file or mail handed to us cannot be read (sysexits EX_DATAERR)."""

    exit_code = 65


class DnsUnavailableError(IncidentMailError):
    """No name server answered, or the one that did cannot tell (sysexits EX_TEMPFAIL)."""

    exit_code = 75


class NotPermittedError(IncidentMailError):
    """The operating system or the policy forbids it (sysexits EX_NOPERM)."""

    exit_code = 77


class LedgerError(IncidentMailError):
    """The ledger could not be read or written."""


class StaleVersionError(LedgerError):
    """Another process changed the incident between our read and our append."""

    def __init__(self, *, incident: str, expected: int, actual: int) -> None:
        super().__init__(f"{incident} is at version {actual}, not {expected}", hint="run the command again")
        self.incident, self.expected, self.actual = incident, expected, actual


class LedgerUnavailableError(LedgerError):
    """The store takes nothing at the moment; nothing was written (sysexits EX_TEMPFAIL)."""

    exit_code = 75


class LedgerBusyError(LedgerUnavailableError):
    """The store stayed locked for too long."""


class RelayError(IncidentMailError):
    """A relay did not take a mail."""

    exit_code = 75

    def __init__(self, message: str, *, relay: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.relay = relay


class RelayUnavailableError(RelayError):
    """No answer, or a transient one (RFC 5321 section 4.2.1, 4yz): try again later."""


class MailboxError(IncidentMailError):
    """An IMAP server did not do what was asked; what it has is still there (sysexits EX_TEMPFAIL)."""

    exit_code = 75

    def __init__(self, message: str, *, mailbox: str, hint: str | None = None) -> None:
        super().__init__(f"{mailbox}: {message}", hint=hint)
        self.mailbox = mailbox


class MailboxUnavailableError(MailboxError):
    """No answer, or none that can be read."""


class MailboxRefusedError(MailboxError):
    """NO or BAD (RFC 3501 section 7.1). `is_login`: the account was refused, not a command."""

    def __init__(self, message: str, *, mailbox: str, hint: str | None = None, is_login: bool = False) -> None:
        super().__init__(message, mailbox=mailbox, hint=hint)
        self.is_login = is_login


class RenderError(IncidentMailError):
    """A template or a header could not be made safely."""
