"""How long a test waits for what has to happen; the only bound on time in the tests.

Nothing is measured against it: it ends a test that would wait forever, and costs nothing when all is well. It is long
enough for a machine that is eight times slower and busy. What anything costs is measured by `make bench`.
"""

from __future__ import annotations

from typing import Final

PATIENCE_S: Final = 180.0
