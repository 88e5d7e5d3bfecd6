"""A worker that answers each request with the request itself, or misbehaves if the request says so."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time


def work(request: bytes) -> bytes:
    """Return the request, or misbehave as it says."""
    match request:
        case b"killed":
            os.kill(os.getpid(), signal.SIGKILL)
        case b"crash":
            ctypes.string_at(0)
        case b"exit" | b"silent":
            os._exit(3 if request == b"exit" else 0)
        case b"spin":
            while True:
                pass
        case b"sleep":
            time.sleep(3600)
        case b"memory":
            return b"".join([bytes(16 * 1024 * 1024)] * 5)
        case b"fail":
            raise ValueError("a defect")
        case b"much":
            return bytes(200_000)
        case b"pid":
            return b"%d" % os.getpid()
        case b"print":
            sys.stdout.write("noise")
            sys.stdout.flush()
    return request
