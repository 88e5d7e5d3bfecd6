"""The benchmark says what it measured, and the trace reader when a write is surely on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.table import Missing, Row, compare
from crash.replay import Disk
from crash.trace import Answered, Step, SyncBegun, Synced, Write, steps


@pytest.mark.parametrize(("at", "met"), [("least", "NO"), ("most", "yes")])
def test_a_row_says_whether_its_ratio_meets_the_goal(at: str, met: str) -> None:
    row = compare("append", "/s", lambda: 100.0, lambda: 400.0, goal=0.5, at="least" if at == "least" else "most",
                  how="bare")  # fmt: skip
    assert (row.ours, row.floor, row.ratio) == (100, 400, 0.25)
    assert str(row).split("\n")[0].split()[-1] == met


def test_a_figure_without_a_floor_is_its_own_measure() -> None:
    row = Row(what="memory", unit="MB", ours=121, floor=None, ratio=None, goal=120, at="most", how="a bound")
    assert not row.is_met
    assert "not measured: no strace" in str(Missing("slow disk", "no strace"))


def hexed(text: str) -> str:
    """As strace writes it under -xx."""
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


TRACE = f"""\
1 pwrite64(3</l/ledger.db-wal>, "{hexed("a")}", 1, 0) = 1
1 fdatasync(3</l/ledger.db-wal> <unfinished ...>
2 pwrite64(3</l/ledger.db-wal>, "{hexed("b")}", 1, 1) = 1
1 <... fdatasync resumed>) = 0
2 fdatasync(3</l/ledger.db-wal>) = -1 EIO (Input/output error)
2 recvfrom(4<socket:[1]>, "{hexed("Message-ID: <a>" + chr(13) + chr(10))}", 99, 0, NULL, NULL) = 17
2 recvfrom(4<socket:[1]>, "{hexed(chr(13) + chr(10) + "." + chr(13) + chr(10))}", 99, 0, NULL, NULL) = 5
2 sendto(4<socket:[1]>, "{hexed("250 taken")}", 9, 0, NULL, 0) = 9
"""


def test_a_write_is_synced_only_by_a_sync_that_began_after_it(tmp_path: Path) -> None:
    (tmp_path / "trace").write_text(TRACE)
    taken = list(steps(tmp_path / "trace"))
    wal = "ledger.db-wal"
    first, second = Write(wal, 0, b"a"), Write(wal, 1, b"b")
    expected: list[Step] = [first, SyncBegun(wal, "1"), second, Synced(wal, "1"), SyncBegun(wal, "2"), Answered("<a>")]
    assert taken == expected
    disk = Disk({})
    for step in taken:
        disk.take(step)
    assert (disk.files, disk.pending) == ({wal: bytearray(b"a")}, {wal: [second]})
