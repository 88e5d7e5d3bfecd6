"""Whatever happens to a worker, its request gets a reason in time, and the next one gets its answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import echo_worker
import pytest
from patience import PATIENCE_S

from incidentmail.isolation.limits import Limits
from incidentmail.isolation.pool import Pool
from incidentmail.isolation.process import Start, forked, interpreted
from incidentmail.isolation.worker import Failure

LIMITS = Limits(processor_s=0.2, memory_bytes=64 * 1024 * 1024, wall_s=1.0, answer_bytes=100_000)
WAITS = Limits(wall_s=PATIENCE_S)
STARTS = {"a fork": forked(echo_worker.work), "an interpreter": interpreted("echo_worker:work")}


@pytest.fixture(params=STARTS)
def start(request: pytest.FixtureRequest) -> Start:
    return STARTS[request.param]


@contextmanager
def pool_of(start: Start, *, size: int = 1, limits: Limits = LIMITS) -> Iterator[Pool]:
    pool = Pool(start, size=size, limits=limits)
    try:
        yield pool
    finally:
        pool.close()


def ask(pool: Pool, request: bytes) -> bytes | Failure | None:
    pool.submit(1, request)
    return pool.take(1, None)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (b"killed", "was killed"),
        (b"crash", "SIGSEGV"),
        (b"exit", "ended with 3"),
        (b"spin", "0.2 s of processor time"),
        (b"sleep", "longer than 1 s"),
        (b"memory", "64 MiB of memory"),
        (b"fail", "ValueError: a defect"),
        (b"much", "more than 100000 bytes"),
        (b"silent", "ended with 0"),
    ],
)
def test_a_request_that_ends_its_worker_is_answered_with_the_reason_and_the_next_one_is_answered(
    start: Start, request_: bytes, why: str
) -> None:
    limits = LIMITS if request_ == b"sleep" else LIMITS._replace(wall_s=PATIENCE_S)
    with pool_of(start, limits=limits) as pool:
        answer = ask(pool, request_)
        assert isinstance(answer, Failure) and why in answer
        assert ask(pool, b"hello") == b"hello"


def test_without_any_limit_of_the_system_the_wall_clock_still_holds(start: Start) -> None:
    unlimited = LIMITS._replace(processor_s=PATIENCE_S, memory_bytes=2**40)
    with pool_of(start, limits=unlimited) as pool:
        answer = ask(pool, b"spin")
        assert isinstance(answer, Failure) and "longer than 1 s" in answer


def test_a_large_request_and_a_large_answer_pass_whole(start: Start) -> None:
    content = bytes(range(256)) * 20_000
    with pool_of(start, limits=WAITS._replace(answer_bytes=2 * len(content))) as pool:
        assert ask(pool, content) == content


def test_what_is_printed_is_no_answer(start: Start) -> None:
    with pool_of(start, limits=WAITS) as pool:
        assert ask(pool, b"print") == b"print"


def test_a_busy_worker_keeps_the_other_from_nothing(start: Start) -> None:
    with pool_of(start, size=2, limits=WAITS) as pool:
        pool.submit(1, b"sleep")
        for key in range(2, 9):
            pool.submit(key, b"%d" % key)
        assert [pool.take(key, None) for key in range(2, 9)] == [b"%d" % key for key in range(2, 9)]
        assert pool.has(1) and pool.take(1) is None


def test_a_request_that_was_dropped_is_never_answered_and_its_key_can_be_used_again(start: Start) -> None:
    with pool_of(start, limits=WAITS) as pool:
        for key in (1, 2, 3):
            pool.submit(key, b"%d" % key)
        pool.drop(1)
        pool.drop(2)
        assert pool.keys == {3}
        assert pool.take(3, None) == b"3"
        assert (pool.take(1), pool.take(2), pool.keys) == (None, None, set())
        pool.submit(1, b"again")
        assert pool.take(1, None) == b"again"


def test_a_worker_that_was_ended_while_it_had_nothing_to_do_costs_no_request(start: Start) -> None:
    with pool_of(start, limits=WAITS) as pool:
        pid = int(ask(pool, b"pid") or b"0")
        os.kill(pid, signal.SIGKILL)
        _await_end([pid])
        assert ask(pool, b"hello") == b"hello"


def test_a_signal_to_all_processes_of_the_group_ends_no_work_that_its_parent_waits_for(start: Start) -> None:
    with pool_of(start, limits=WAITS) as pool:
        pid = int(ask(pool, b"pid") or b"0")
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            os.kill(pid, number)
        assert int(ask(pool, b"pid") or b"0") == pid


def test_workers_end_with_their_parent() -> None:
    program = (
        "import sys; sys.path[:] = sys.argv[1:]\n"
        "from incidentmail.isolation.pool import Pool\n"
        "from incidentmail.isolation.process import forked, interpreted\n"
        "import echo_worker, os\n"
        "for start in (forked(echo_worker.work), interpreted('echo_worker:work')):\n"
        "    pool = Pool(start, size=2); pool.warm()\n"
        "    for key in (1, 2): pool.submit(key, b'pid')\n"
        "    print(*(int(pool.take(key, None)) for key in (1, 2)), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *sys.path], stdout=subprocess.PIPE, timeout=PATIENCE_S, check=False
    )
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 4
    _await_end(pids)


def _await_end(pids: list[int]) -> None:
    until = time.monotonic() + PATIENCE_S
    while any(map(_runs, pids)) and time.monotonic() < until:
        time.sleep(0.01)
    assert not any(map(_runs, pids))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        return stat.rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
