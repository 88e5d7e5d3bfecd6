"""How far each IMAP folder has been fetched, in SQLite: written in the transaction that accepts what was fetched."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import UTC, datetime

from incidentmail.core.facts import json_time
from incidentmail.ledger.values import Folder


class FetchRows:
    connection: sqlite3.Connection

    def folder(self, name: str) -> Folder | None:
        """How far the folder has been fetched; None where it never was."""
        row = self.connection.execute(
            "SELECT id, opened_at, uidvalidity, uid FROM folders WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            return None
        folder, opened_at, uidvalidity, uid = row
        marks = self.connection.execute("SELECT uid FROM folder_marks WHERE folder = ? ORDER BY uid", (folder,))
        withheld = self.connection.execute("SELECT uid, attempts FROM folder_withheld WHERE folder = ?", (folder,))
        return Folder(
            name=name,
            opened_at=datetime.fromisoformat(opened_at).astimezone(UTC),
            uidvalidity=uidvalidity,
            uid=uid,
            to_mark=tuple(uid for (uid,) in marks),
            withheld=dict(withheld.fetchall()),
        )

    def open_folder(self, name: str, *, uidvalidity: int, at: datetime) -> Folder:
        """The folder under the numbers that the server gives now; under new ones its mails are looked at anew."""
        self.connection.execute(
            "INSERT INTO folders (name, opened_at, uidvalidity, uid) VALUES (?, ?, ?, 0) ON CONFLICT (name) DO NOTHING",
            (name, json_time(at), uidvalidity),
        )
        (folder, known) = self.connection.execute(
            "SELECT id, uidvalidity FROM folders WHERE name = ?", (name,)
        ).fetchone()
        if known != uidvalidity:
            self.connection.execute("UPDATE folders SET uidvalidity = ?, uid = 0 WHERE id = ?", (uidvalidity, folder))
            self.connection.execute("DELETE FROM folder_marks WHERE folder = ?", (folder,))
            self.connection.execute("DELETE FROM folder_withheld WHERE folder = ?", (folder,))
        found = self.folder(name)
        assert found is not None
        return found

    def was_fetched(self, name: str, sha256: bytes) -> bool:
        """Whether a mail of exactly these bytes was accepted from the folder, under whatever number."""
        return self.connection.execute(
            "SELECT 1 FROM folder_mails WHERE folder = (SELECT id FROM folders WHERE name = ?) AND sha256 = ?",
            (name, sha256),
        ).fetchone() is not None  # fmt: skip

    def note_fetched(
        self, name: str, *, uid: int, digests: Collection[bytes], to_mark: Collection[int], withheld: Collection[int],
        settled: Collection[int],
    ) -> None:  # fmt: skip
        """All mails up to `uid` were looked at: `digests` were accepted, `to_mark` are to be marked on the server.

        The server did not give those of `withheld` this time; those of `settled` are withheld no more.
        """
        (folder,) = self.connection.execute("SELECT id FROM folders WHERE name = ?", (name,)).fetchone()
        many = self.connection.executemany
        self.connection.execute("UPDATE folders SET uid = MAX(uid, ?) WHERE id = ?", (uid, folder))
        many("INSERT OR IGNORE INTO folder_mails VALUES (?, ?)", [(folder, digest) for digest in digests])
        many("INSERT OR IGNORE INTO folder_marks VALUES (?, ?)", [(folder, one) for one in to_mark])
        many("DELETE FROM folder_withheld WHERE folder = ? AND uid = ?", [(folder, one) for one in settled])
        many(
            "INSERT INTO folder_withheld VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET attempts = attempts + 1",
            [(folder, one) for one in withheld],
        )

    def note_looked(self, name: str, *, at: datetime) -> None:
        """The folder was looked through to its end."""
        self.connection.execute("UPDATE folders SET looked_at = ? WHERE name = ?", (json_time(at), name))

    def note_marked(self, name: str, uids: Collection[int]) -> None:
        """The server has marked these, or no longer has them."""
        self.connection.executemany(
            "DELETE FROM folder_marks WHERE folder = (SELECT id FROM folders WHERE name = ?) AND uid = ?",
            [(name, uid) for uid in uids],
        )
