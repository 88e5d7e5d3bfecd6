"""`incidentmail ledger`: the commands about the record itself."""

from __future__ import annotations

from incidentmail.cli.help import group

from .copies import backup, export, import_
from .copy_ledger import copy
from .migrate import migrate
from .proof import head, verify
from .rebuild import rebuild
from .redact import compact, hold, prune, redact
from .rotate_key import rotate_key


@group("ledger", "ledger verify --witness ~/Maildir", "ledger backup /backup/ledger.db")
def ledger_command() -> None:
    """Prove, back up, export and import the record, or bring it to a new version's format."""


_COMMANDS = (
    backup, compact, copy, export, head, hold, import_, migrate, prune, rebuild, redact, rotate_key, verify,
)  # fmt: skip
for _command in _COMMANDS:
    ledger_command.add_command(_command)
