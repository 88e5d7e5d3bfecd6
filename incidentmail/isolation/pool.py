"""Manage a pool of workers and the requests that wait for them.

Use a pool from one thread only. The pool does nothing between that thread's calls. Requests are answered in the order
in which they were submitted. A worker that died or was ended is replaced when the next request needs one.
"""

from __future__ import annotations

import select
import time
from collections import deque
from typing import TYPE_CHECKING

from .limits import Limits

if TYPE_CHECKING:
    from .process import Start
    from .worker import Failure, Worker


class Pool:
    """A pool of at most `size` workers. Each is created by `start` when it is first needed."""

    def __init__(self, start: Start, *, size: int = 1, limits: Limits | None = None) -> None:
        self._start, self._size, self.limits = start, size, limits or Limits()
        self._workers: list[Worker] = []
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._answers: dict[int, bytes | Failure] = {}
        self._unwanted: set[int] = set()

    def warm(self) -> None:
        """Start all workers now, and wait until they are ready, so that no request has to wait for their start."""
        self._let_go()
        while len(self._workers) < self._size:
            self._workers.append(self._new_worker())
        while starting := [one for one in self._workers if not (one.is_ready or one.has_ended)]:
            self._wait_for(starting, None)
            for worker in starting:
                worker.step()
        self._let_go()

    def submit(self, key: int, request: bytes, *, is_next: bool = False) -> None:
        """Submit a request. `take` returns its answer by `key`, which must be unique among open requests.

        If `is_next` is true, the request goes to the head of the queue.
        """
        self._unwanted.discard(key)
        (self._waiting.appendleft if is_next else self._waiting.append)((key, request))
        self._feed()

    @property
    def is_full(self) -> bool:
        """Whether another request would have to wait, because other requests are waiting or every worker is busy."""
        self._step()
        return bool(self._waiting) or sum(worker.key is not None for worker in self._workers) >= self._size

    def has(self, key: int) -> bool:
        """Return whether a request was submitted and its answer has not been taken yet."""
        return key in self.keys

    @property
    def keys(self) -> set[int]:
        """The keys of the requests whose answers have not been taken yet."""
        busy = {worker.key for worker in self._workers if worker.key is not None} - self._unwanted
        return {*self._answers, *busy, *(key for key, _ in self._waiting)}

    def drop(self, key: int) -> None:
        """Withdraw a request. If a worker is busy with it, the answer is discarded."""
        self._waiting = deque(one for one in self._waiting if one[0] != key)
        self._answers.pop(key, None)
        if any(worker.key == key for worker in self._workers):
            self._unwanted.add(key)

    def take(self, key: int, wait_s: float | None = 0.0) -> bytes | Failure | None:
        """Return the answer or the reason why there is no answer, or None if neither is known after `wait_s` seconds.

        If `wait_s` is None, wait for as long as the limits allow.
        """
        until = None if wait_s is None else time.monotonic() + wait_s
        while True:
            self._step()
            if key in self._answers:
                return self._answers.pop(key)
            left = None if until is None else until - time.monotonic()
            if left is not None and left <= 0:
                return None
            self._wait(left)

    def close(self) -> None:
        """End all workers. Open requests are never answered."""
        self._waiting.clear()
        self._answers.clear()
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _new_worker(self) -> Worker:
        from .worker import Worker  # imported here because most commands make a pool but read no mail

        return Worker(self._start(self.limits), self.limits)

    def _feed(self) -> None:
        """Give waiting requests to idle workers, and start missing workers."""
        while self._waiting:
            idle = next((one for one in self._workers if one.is_usable), None)
            if idle is None:
                self._let_go()
            if idle is None:
                if len(self._workers) >= self._size:
                    return
                idle = self._new_worker()
                self._workers.append(idle)
            idle.begin(*self._waiting.popleft())

    def _step(self) -> None:
        for worker in self._workers:
            key = worker.key
            if key is not None and (answer := worker.step()) is not None:
                if key not in self._unwanted:
                    self._answers[key] = answer
                self._unwanted.discard(key)
        self._let_go()
        self._feed()

    def _let_go(self) -> None:
        """Remove workers that have ended, including idle ones, from the pool."""
        for worker in self._workers:
            if worker.key is None and not worker.is_usable:
                worker.end()
        self._workers = [one for one in self._workers if not one.has_ended]

    def _wait(self, left: float | None) -> None:
        """Wait until a busy worker can continue or its time is used up, or until `left` seconds have passed."""
        self._wait_for([worker for worker in self._workers if worker.key is not None], left)

    def _wait_for(self, busy: list[Worker], left: float | None) -> None:
        poll = select.poll()
        for worker in busy:
            poll.register(worker.process.source, select.POLLIN)
            if worker.is_sending:
                poll.register(worker.process.target, select.POLLOUT)
        times = [worker.seconds_left for worker in busy] + ([] if left is None else [left])
        poll.poll(1000 * min(times) + 1 if times else 0)
