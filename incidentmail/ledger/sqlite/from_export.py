"""Create a ledger in a file from the lines of an export. The caller has to check its content with `verify`."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from incidentmail.core.frozen import Frozen
from incidentmail.core.record.streams import APART
from incidentmail.errors import LedgerUnavailableError, UnreadableInputError
from incidentmail.ledger.codec import genesis
from incidentmail.ledger.export_lines import (
    EXPORT_FORMAT,
    TABLES,
    EndLine,
    EntryLine,
    LedgerLine,
    Line,
    MailLine,
    RowLine,
    decode,
)
from incidentmail.ledger.kept_tables import BY_NAME
from incidentmail.ledger.rows.packing import pack
from incidentmail.ledger.rows.record_rows import KnownStates

from .checksums import register
from .store import SqliteView, create

_ORIGIN: Final = re.compile(r"[a-z2-7]{1,32}", re.ASCII)
_COPY_AGAIN: Final = "export the ledger again, or take another copy of the file; nothing was imported"
Progress = Callable[[int, int], None]
"""A callback that receives the number of entries and messages read so far, and the total."""


class MadeLedger(Frozen, kw_only=True):
    """A written ledger: the first line of the export, and the number of rows in tables that are not chained.

    `fault` is a fault that did not prevent the ledger from being written, or None.
    """

    header: LedgerLine
    rows: int
    fault: str | None


def make_from_export(path: Path, lines: Iterable[bytes], *, name: str, progress: Progress) -> MadeLedger:
    """Write the ledger described by `lines` into the empty file `path`. Errors refer to the export as `name`.

    Raise UnreadableInputError if the lines are not a complete export, or if a line does not follow from those before
    it. Raise LedgerUnavailableError if the file cannot be written.
    """
    reader = _Reader(lines, name)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            register(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_mode = OFF")  # nobody uses the file before it is verified and synced
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN")
            made = _write(connection, reader, progress)
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise LedgerUnavailableError(f"cannot write {path}: {error}", hint="make room on the disk") from error
    return made


class _Reader:
    """A parser for the lines of an export, which also counts them."""

    def __init__(self, lines: Iterable[bytes], name: str) -> None:
        self.name, self.number = name, 0
        self.is_unaltered = False
        """Whether the last line was read and its hash matches all lines before it."""
        self._lines = self._read(lines)

    def __iter__(self) -> Iterator[Line]:
        return self._lines

    def _read(self, lines: Iterable[bytes]) -> Iterator[Line]:
        digest, is_ended = hashlib.sha256(), False
        for self.number, raw in enumerate(lines, 1):
            if is_ended:
                raise self.bad("it comes after the end of the export")
            if not raw.endswith(b"\n") and self.number > 1:
                raise self.cut()
            line = self._line(raw)
            if isinstance(line, EndLine):
                is_ended = True
                self.is_unaltered = (line.lines, line.sha256) == (self.number - 1, digest.hexdigest())
            digest.update(raw)
            yield line
        if not is_ended:
            raise self.cut() if self.number else self.no_export()

    def _line(self, raw: bytes) -> Line:
        if self.number == 1:
            self._check_first(raw)
        try:
            return decode(raw)
        except ValueError as error:
            raise self.bad(str(error)) from error

    def _check_first(self, raw: bytes) -> None:
        """Raise UnreadableInputError if the first line is not that of an export in the current format."""
        try:
            first = json.loads(raw)
        except ValueError as error:
            raise self.no_export() from error
        if not isinstance(first, dict) or first.get("type") != "ledger":
            raise self.no_export()
        if first.get("export") != EXPORT_FORMAT or first.get("tables") != TABLES:
            raise UnreadableInputError(
                f"{self.name} was exported by another version (export {first.get('export')}, tables"
                f" {first.get('tables')}; this one reads {EXPORT_FORMAT} and {TABLES})",
                hint="import it with that version, and then run 'incidentmail ledger migrate'",
            )

    def no_export(self) -> UnreadableInputError:
        return UnreadableInputError(
            f"{self.name} is not an exported ledger", hint="take a file that 'incidentmail ledger export FILE' wrote"
        )

    def cut(self) -> UnreadableInputError:
        return UnreadableInputError(f"{self.name} was cut: it ends with line {self.number}", hint=_COPY_AGAIN)

    def bad(self, reason: str) -> UnreadableInputError:
        return UnreadableInputError(f"{self.name}, line {self.number}: {reason}", hint=_COPY_AGAIN)


def _write(connection: sqlite3.Connection, reader: _Reader, progress: Progress) -> MadeLedger:
    lines = iter(reader)
    header = next(lines)
    assert isinstance(header, LedgerLine)
    if not _ORIGIN.fullmatch(header.origin):
        raise reader.bad(f"{header.origin!r} is no origin")
    create(connection, origin=header.origin)
    writer = _Writer(connection, header)
    for line in lines:
        try:
            writer.write(line)
        except sqlite3.IntegrityError as error:
            raise reader.bad(f"it does not follow from the lines before it ({error})") from error
        except (ValueError, KeyError, OverflowError) as error:
            raise reader.bad(str(error)) from error
        if isinstance(line, MailLine | EntryLine):
            progress(writer.accepted + writer.entries, header.accepted + header.entries)
    fault = writer.project() or writer.wrong_head()
    if fault is None and not reader.is_unaltered:
        fault = "a line was changed, added or removed"
    return MadeLedger(header=header, rows=writer.rows, fault=fault)


class _Writer:
    """A writer that inserts lines into their tables. The triggers refuse anything but the next message or entry."""

    def __init__(self, connection: sqlite3.Connection, header: LedgerLine) -> None:
        self._execute, self._header = connection.execute, header
        self._view = SqliteView(connection, header.origin, KnownStates())
        self._last = genesis(header.origin)
        self.accepted = self.entries = self.rows = 0

    def write(self, line: Line) -> None:
        match line:
            case MailLine():
                self._write_mail(line)
            case EntryLine():
                self._write_entry(line)
            case RowLine():
                self._write_row(line)
            case EndLine():
                pass
            case LedgerLine():
                raise ValueError("there is a second first line")

    def _write_mail(self, line: MailLine) -> None:
        hashes = bytes.fromhex(line.sha256), bytes.fromhex(line.hash)
        self._execute(
            "INSERT INTO accepted VALUES (?, ?, ?, ?, ?)", (line.seq, line.received_at, line.envelope, *hashes)
        )
        if line.raw is not None:
            self._execute("INSERT INTO bodies VALUES (?, ?)", (line.seq, pack(line.raw)))
        self.accepted += 1

    def _write_entry(self, line: EntryLine) -> None:
        before, self._last = self._last, bytes.fromhex(line.hash)
        self._execute(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
            (line.seq, line.incident, line.version, line.kind, line.body.encode(), before, self._last),
        )
        for slot, text in line.texts.items():
            values = (line.seq, slot, bytes.fromhex(text.salt), text.text)
            self._execute("INSERT INTO sealed VALUES (?, ?, ?, ?)", values)
        self.entries += 1

    def _write_row(self, line: RowLine) -> None:
        table = BY_NAME.get(line.table)
        if table is None:
            raise ValueError(f"there is no table {line.table}")
        if line.values.keys() != set(table.columns):
            raise ValueError(f"the table {table.name} has the columns {', '.join(table.columns)}")
        values = dict[str, str | int | bytes | None](line.values)
        for column in (table.packed, table.binary):
            if column is not None and (written := line.values[column]) is not None:
                raw = base64.b64decode(str(written), validate=True)
                values[column] = pack(raw) if column == table.packed else raw
        marks = ", ".join("?" * len(table.columns))
        columns = ", ".join(table.columns)
        ordered = [values[column] for column in table.columns]
        self._execute(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", ordered)
        self.rows += 1

    def project(self) -> str | None:
        """Compute the state of each incident from its entries. Return a fault in the entries, or None."""
        streams = self._execute("SELECT incident FROM entries GROUP BY 1 ORDER BY MIN(seq)").fetchall()
        for name in (name for (name,) in streams if name not in APART):
            try:
                self._view.project_again(name)
            except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
                return f"the entries of {name} cannot be read: {str(error).splitlines()[0]}"
        return None

    def wrong_head(self) -> str | None:
        """Return how the heads differ from those in the first line of the export, or None if they are equal."""
        entries, accepted, first = self._view.head(), self._view.accepted_head(), self._header
        if (entries.size, entries.hash) != (first.entries, first.head):
            return f"its first line says that there are {first.entries} entries, up to {first.head or 'none'}"
        if (accepted.size, accepted.hash) != (first.accepted, first.accepted_head):
            return f"its first line says that {first.accepted} mails were accepted, up to {first.accepted_head}"
        return None
