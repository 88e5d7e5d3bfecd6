"""Store how far each IMAP folder has been fetched, in the same transaction as the messages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from incidentmail.core.facts import json_time
from incidentmail.ledger.values import Folder

from .statements import Statements


class FetchRows(Statements):
    """The methods of the store's interface (port.py, view.py) for IMAP folders."""

    def folder(self, name: str) -> Folder | None:
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
        return self.connection.execute(
            "SELECT 1 FROM folder_mails WHERE folder = (SELECT id FROM folders WHERE name = ?) AND sha256 = ?",
            (name, sha256),
        ).fetchone() is not None  # fmt: skip

    def note_fetched(
        self, name: str, *, uid: int, digests: Collection[bytes], to_mark: Collection[int], withheld: Collection[int],
        settled: Collection[int],
    ) -> None:  # fmt: skip
        (folder,) = self.connection.execute("SELECT id FROM folders WHERE name = ?", (name,)).fetchone()
        many = self.connection.executemany
        self.connection.execute("UPDATE folders SET uid = ? WHERE id = ? AND uid < ?", (uid, folder, uid))
        many("INSERT INTO folder_mails VALUES (?, ?) ON CONFLICT DO NOTHING", [(folder, digest) for digest in digests])
        many("INSERT INTO folder_marks VALUES (?, ?) ON CONFLICT DO NOTHING", [(folder, one) for one in to_mark])
        many("DELETE FROM folder_withheld WHERE folder = ? AND uid = ?", [(folder, one) for one in settled])
        many(
            "INSERT INTO folder_withheld VALUES (?, ?, 1)"
            " ON CONFLICT (folder, uid) DO UPDATE SET attempts = folder_withheld.attempts + 1",
            [(folder, one) for one in withheld],
        )

    def note_looked(self, name: str, *, at: datetime) -> None:
        self.connection.execute("UPDATE folders SET looked_at = ? WHERE name = ?", (json_time(at), name))

    def note_marked(self, name: str, uids: Collection[int]) -> None:
        self.connection.executemany(
            "DELETE FROM folder_marks WHERE folder = (SELECT id FROM folders WHERE name = ?) AND uid = ?",
            [(name, uid) for uid in uids],
        )
