"""Verify the whole configured ledger, or a copy of it in a file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from incidentmail.app.keeping.open_ledger import open_reader
from incidentmail.config.load import Config
from incidentmail.errors import UsageError
from incidentmail.ledger.sqlite.read_only import verify_file
from incidentmail.ledger.values import Verdict


def verified(config: Config) -> Verdict:
    """Return the verdict on the ledger. Any kind of damage results in a verdict, even if a file cannot be opened.

    Raise NotPermittedError if the ledger cannot be read, and LedgerError if it is empty or in another format.
    """
    if config.ledger.database_url is None:
        return verify_file(config.ledger_path)
    with closing(open_reader(config)) as ledger:
        return ledger.verify()


def verified_copy(path: Path) -> Verdict:
    """Return the verdict on a ledger in a file, such as a back-up. The file is only read.

    Raise UsageError if there is no such file, and the same errors as `verified`.
    """
    if not path.is_file():
        raise UsageError(f"there is no file {path}", hint="name a file that 'incidentmail ledger backup FILE' wrote")
    return verify_file(path)
