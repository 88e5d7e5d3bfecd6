"""Commit the messages of many clients together, in one durable write.

`GroupCommit.submit` returns once its message is durable in the ledger, and raises an exception if it is not. Messages
that arrive during a commit wait for the next one and share it. Cancelling `submit` does not withdraw a message: it
may still be stored, for example if a client disconnects before it reads the reply.

One thread writes. It takes the ledger's lock again for each batch. A batch is limited in bytes and number, so that
other processes get their turn between batches. The number of waiting messages is limited too: above the limit
`submit` raises an exception at once, and the client gets 451 and keeps its message.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from incidentmail.errors import LedgerBusyError
from incidentmail.inbound.message import Envelope
from incidentmail.transport.smtp.limits import COMMIT_BYTES_MAX, WAITING_MAX

Mail = tuple[bytes, Envelope]


@dataclass(frozen=True, slots=True)
class _Waiting:
    mail: Mail
    stored: asyncio.Future[None]


class GroupCommit:
    """A writer that passes batches of messages to `store`, which makes them durable before it returns.

    It calls `on_stored` after each batch.
    """

    def __init__(self, store: Callable[[Sequence[Mail]], object], on_stored: Callable[[], None]) -> None:
        self._store, self._on_stored = store, on_stored
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "accept")

    async def submit(self, raw: bytes, envelope: Envelope) -> None:
        """Store the message, and return once it is durable.

        Raise LedgerBusyError if too many messages are waiting, or the exception that `store` raised.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise LedgerBusyError(
                f"{WAITING_MAX} mails wait for the disk", hint="their senders will come again; look at the disk"
            )
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting((raw, envelope), stored))
        if self._writer is None:  # set to None by the writer in the same step in which it finds no more messages
            self._writer = asyncio.create_task(self._write())
        await stored

    def probe(self) -> asyncio.Future[None]:
        """Return a future that completes once the writing thread has finished its current work."""
        return asyncio.get_running_loop().run_in_executor(self._thread, _nothing)

    async def close(self) -> None:
        """Wait until all submitted messages are written, then end the thread."""
        if self._writer is not None:
            await self._writer
        self._thread.shutdown()

    async def _write(self) -> None:
        """Write one batch after another until no message is waiting."""
        loop = asyncio.get_running_loop()
        try:
            while batch := self._next_batch():
                try:
                    await loop.run_in_executor(self._thread, self._store, [one.mail for one in batch])
                except Exception as error:
                    _settle(batch, error)
                else:
                    _settle(batch, None)
                    self._on_stored()
                del batch  # otherwise its messages would stay in memory while the next batch is written
        finally:
            self._writer = None

    def _next_batch(self) -> list[_Waiting]:
        """Take the messages of the next commit: at least one, and as many more as fit into `COMMIT_BYTES_MAX`."""
        count = size = 0
        for one in self._waiting:
            size += len(one.mail[0])
            if count and size > COMMIT_BYTES_MAX:
                break
            count += 1
        batch = list(islice(self._waiting, count))
        for _ in batch:
            self._waiting.popleft()
        return batch


def _nothing() -> None:
    return


def _settle(batch: list[_Waiting], error: Exception | None) -> None:
    for one in batch:
        if one.stored.done():  # its `submit` was cancelled
            continue
        if error is None:
            one.stored.set_result(None)
        else:
            one.stored.set_exception(error)
