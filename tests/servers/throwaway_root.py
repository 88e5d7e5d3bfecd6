"""A copy of this machine's files in which packages can be installed and removed, and which is thrown away afterwards.

An overlay file system holds the changes. It is mounted in a separate mount namespace, which ends with each command, so
that the machine itself never sees it. This needs Linux, and root or `sudo` without a password.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from patience import PATIENCE_S

_AS_ROOT = () if os.getuid() == 0 else ("sudo", "-n")
_ENTER = """
mount -t overlay overlay -o lowerdir=/,upperdir={folder}/changes,workdir={folder}/work {folder}/root
mount -t proc proc {folder}/root/proc
mount --bind /dev {folder}/root/dev
mount -t tmpfs tmpfs {folder}/root/run
mount -t tmpfs tmpfs {folder}/root/tmp
mkdir {folder}/root/run/given
mount --bind {folder}/given {folder}/root/run/given
exec chroot {folder}/root /bin/sh -ec {script}
"""


class ThrowawayRoot:
    """A root in which commands run as root, without a service manager. The folder `given` is /run/given in it."""

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="throwaway-"))
        for name in ("changes", "work", "root", "given"):
            (self.folder / name).mkdir()
        self.given = self.folder / "given"
        return self

    def __exit__(self, *exc: object) -> None:
        subprocess.run([*_AS_ROOT, "rm", "-rf", str(self.folder)], check=True, timeout=PATIENCE_S)

    def give(self, path: Path) -> str:
        """Copy a file into the root, and return its name there."""
        shutil.copy(path, self.given)
        return f"/run/given/{path.name}"

    def run(self, script: str) -> subprocess.CompletedProcess[str]:
        entered = _ENTER.format(folder=self.folder, script=shlex.quote(script))
        return subprocess.run(
            [*_AS_ROOT, "unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec", entered],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip

    def ok(self, script: str) -> str:
        """Run a script that must succeed, and return its output."""
        done = self.run(script)
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done.stdout
