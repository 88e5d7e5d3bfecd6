"""Group commit keeps the promise of `accept`, with a store that can be delayed or broken."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence

import pytest
from patience import PATIENCE_S

from incidentmail.errors import LedgerBusyError
from incidentmail.inbound.message import Envelope
from incidentmail.service.group_commit import GroupCommit, Mail
from incidentmail.transport.smtp.limits import COMMIT_BYTES_MAX, WAITING_MAX

ENVELOPE = Envelope(way="lmtp", peer="unix")


class Store:
    """A store that remembers batches, waits for `gate`, and raises `error` if it is set."""

    def __init__(self) -> None:
        self.batches: list[list[bytes]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.error: Exception | None = None

    def __call__(self, mails: Sequence[Mail]) -> None:
        assert self.gate.wait(PATIENCE_S)
        if self.error is not None:
            raise self.error
        self.batches.append([raw for raw, _ in mails])


def play(scene: Callable[[GroupCommit, Store], Awaitable[None]]) -> list[None]:
    """Run a scene, and return what was reported about stored batches."""
    heard: list[None] = []

    async def run() -> None:
        store = Store()
        group_commit = GroupCommit(store, lambda: heard.append(None))
        await asyncio.wait_for(scene(group_commit, store), PATIENCE_S)
        await group_commit.close()

    asyncio.run(run())
    return heard


def begin(group_commit: GroupCommit, *raws: bytes) -> list[asyncio.Task[None]]:
    return [asyncio.create_task(group_commit.submit(raw, ENVELOPE)) for raw in raws]


def test_mails_that_come_during_a_commit_share_the_next_one() -> None:
    async def scene(group_commit: GroupCommit, store: Store) -> None:
        store.gate.clear()
        first = begin(group_commit, b"1")
        await asyncio.sleep(0.05)
        others = begin(group_commit, b"2", b"3", b"4")
        await asyncio.sleep(0.05)
        assert not any(task.done() for task in first + others)
        store.gate.set()
        await asyncio.gather(*first, *others)
        assert store.batches == [[b"1"], [b"2", b"3", b"4"]]

    assert len(play(scene)) == 2


def test_whoever_shares_a_commit_that_fails_hears_of_it_and_the_next_one_is_tried() -> None:
    async def scene(group_commit: GroupCommit, store: Store) -> None:
        store.error = OSError("disk full")
        for outcome in await asyncio.gather(*begin(group_commit, b"1", b"2"), return_exceptions=True):
            assert outcome is store.error
        store.error = None
        await group_commit.submit(b"3", ENVELOPE)
        assert store.batches == [[b"3"]]

    assert len(play(scene)) == 1


def test_a_client_that_is_gone_neither_stops_the_others_nor_loses_its_mail() -> None:
    async def scene(group_commit: GroupCommit, store: Store) -> None:
        store.gate.clear()
        gone, stays = begin(group_commit, b"1", b"2")
        await asyncio.sleep(0.05)
        gone.cancel()
        store.gate.set()
        await stays
        assert store.batches == [[b"1", b"2"]]

    play(scene)


def test_too_many_that_wait_are_told_at_once_to_come_again() -> None:
    async def scene(group_commit: GroupCommit, store: Store) -> None:
        store.gate.clear()
        tasks = begin(group_commit, b"0")
        await asyncio.sleep(0.05)
        tasks += begin(group_commit, *[b"x"] * WAITING_MAX)
        await asyncio.sleep(0)
        with pytest.raises(LedgerBusyError):
            await group_commit.submit(b"one too many", ENVELOPE)
        store.gate.set()
        await asyncio.gather(*tasks)
        await group_commit.submit(b"later", ENVELOPE)
        assert sum(map(len, store.batches)) == WAITING_MAX + 2

    play(scene)


def test_a_commit_is_bounded_in_bytes_and_a_mail_larger_than_that_has_one_of_its_own() -> None:
    async def scene(group_commit: GroupCommit, store: Store) -> None:
        half, large = b"x" * (COMMIT_BYTES_MAX // 2), b"x" * (COMMIT_BYTES_MAX + 1)
        await asyncio.gather(*begin(group_commit, half, half, half, large, b"small"))
        assert [len(batch) for batch in store.batches] == [2, 1, 1, 1]

    play(scene)


def test_a_thousand_mails_are_all_told_whatever_the_moment() -> None:
    async def scene(group_commit: GroupCommit, store: Store) -> None:
        async def one(number: int) -> None:
            await asyncio.sleep(number % 7 / 1000)
            await group_commit.submit(b"%d" % number, ENVELOPE)

        for start in range(0, 1000, 200):
            await asyncio.gather(*(one(number) for number in range(start, start + 200)))
        assert sorted(int(raw) for batch in store.batches for raw in batch) == list(range(1000))

    play(scene)


def test_close_waits_for_what_was_given() -> None:
    async def scene(group_commit: GroupCommit, store: Store) -> None:
        tasks = begin(group_commit, b"1", b"2")
        await asyncio.sleep(0)
        await group_commit.close()
        assert all(task.done() and not task.cancelled() for task in tasks)
        assert store.batches == [[b"1", b"2"]]
        await asyncio.gather(*tasks)

    play(scene)
