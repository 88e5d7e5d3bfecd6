"""The benchmark reports what it measured, and the trace reader finds when a write is durable."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.__main__ import verdict
from bench.hostile import slowest
from bench.hostile_tasks import Task, Work
from bench.hostile_texts import Hostile
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


@pytest.mark.parametrize(("is_must", "is_strict", "code"), [(True, True, 1), (True, False, 0), (False, True, 0)])
def test_only_a_goal_that_must_be_met_fails_and_only_if_that_is_asked_for(
    is_must: bool, is_strict: bool, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    row = Row(what="cut a body", unit="ms", ours=90, floor=3, ratio=30, goal=16, at="most", how="x", is_must=is_must)
    assert verdict([row], is_strict=is_strict) == code
    assert ("cut a body: the goal must be met" in capsys.readouterr().err) is is_must


def test_a_text_that_takes_too_long_is_told_by_its_name() -> None:
    def spin(text: str) -> Work:
        return lambda: [hash(text) for _ in range(len(text))]

    row = slowest(Task("look at it", {"short": Hostile("a", 10), "long": Hostile("a", 500_000)}, spin, goal=0.001))
    assert row.is_broken and "'long'" in row.how


def hexed(text: str) -> str:
    """Return the bytes as strace writes them under -xx."""
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
