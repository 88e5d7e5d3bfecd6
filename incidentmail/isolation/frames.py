"""Exchange messages between parent and worker on a pipe: the length in eight bytes, then the message itself."""

from __future__ import annotations

import os
import struct
from typing import Final

HEAD: Final = struct.Struct(">Q")
CHUNK_BYTES: Final = 1024 * 1024


def framed(content: bytes) -> bytes:
    return HEAD.pack(len(content)) + content


def read_frame(handle: int) -> bytes | None:
    """Return the next message, or None if the other side has closed the pipe. Wait without a timeout."""
    head = _read(handle, HEAD.size)
    return None if head is None else _read(handle, HEAD.unpack(head)[0])


def write_frame(handle: int, content: bytes) -> None:
    rest = memoryview(framed(content))
    while rest:
        rest = rest[os.write(handle, rest) :]


def _read(handle: int, size: int) -> bytes | None:
    found = bytearray()
    while len(found) < size:
        part = os.read(handle, min(CHUNK_BYTES, size - len(found)))
        if not part:
            return None
        found += part
    return bytes(found)
