"""Define how long a test waits for an event. This is the only bound on time in the tests.

Nothing is measured against it: it ends a test that would otherwise wait forever. It is long enough for a busy machine
that is eight times slower. `make bench` measures speed.
"""

from __future__ import annotations

from typing import Final

PATIENCE_S: Final = 180.0
