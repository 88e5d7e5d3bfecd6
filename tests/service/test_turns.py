"""Of the threads that wait to write, accepting goes before applying, and applying before sending."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from patience import PATIENCE_S

from incidentmail.service.turns import Rank, Turns


def test_of_those_who_wait_the_first_rank_writes_first_whoever_came_first() -> None:
    turns, written = Turns(), list[Rank]()
    arrived = {rank: threading.Event() for rank in Rank}

    def write(rank: Rank) -> None:
        arrived[rank].set()
        with turns.of(rank):
            written.append(rank)

    with ThreadPoolExecutor(len(Rank)) as threads, turns.of(Rank.APPLYING):
        for rank in reversed(Rank):
            threads.submit(write, rank)
        for rank in Rank:
            assert arrived[rank].wait(PATIENCE_S)
        _await_waiting(turns)
        assert written == []
    assert written == [Rank.ACCEPTING, Rank.APPLYING, Rank.SENDING]


def test_a_turn_that_ends_in_an_error_is_over() -> None:
    turns = Turns()
    with pytest.raises(ValueError), turns.of(Rank.SENDING):
        raise ValueError
    with turns.of(Rank.SENDING):
        pass


def _await_waiting(turns: Turns) -> None:
    """Wait until all threads are about to wait for their turn."""
    is_so = threading.Event()
    while not is_so.wait(0.001):
        if sum(turns.waiting.values()) == len(Rank):
            is_so.set()
