"""Make incidentmail runnable for another user, wherever this checkout and its Python are."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import incidentmail

_ROOT = Path(incidentmail.__file__).resolve().parent.parent
_LEFT_OUT = shutil.ignore_patterns("test", "__pycache__", "*.a", "site-packages", "mypy*", "ruff*", "hypothesis*")


def command(user: str, folder: Path) -> list[str]:
    """Return the words that run incidentmail as `user`. Files that the user cannot read are copied into `folder`."""
    imported = [str(_ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
    here = ["/usr/bin/env", f"PYTHONPATH={':'.join(imported)}", sys.executable]
    if _runs(here, user):
        return [*here, "-m", "incidentmail"]
    python = Path(sys.executable).resolve()
    standard = Path(os.__file__).parent
    (folder / "bin").mkdir()
    shutil.copy(python, folder / "bin")
    shutil.copytree(standard, folder / "lib" / standard.name, ignore=_LEFT_OUT)
    for library in python.parent.parent.glob("lib/libpython*.so*"):
        shutil.copy(library, folder / "lib")
    for path in imported[1:]:
        shutil.copytree(path, folder / "packages", ignore=_LEFT_OUT, dirs_exist_ok=True)
    for name in ("incidentmail", "templates"):
        shutil.copytree(_ROOT / name, folder / "packages" / name, ignore=_LEFT_OUT, dirs_exist_ok=True)
    copied = [
        "/usr/bin/env", f"PYTHONPATH={folder}/packages", f"PYTHONHOME={folder}", f"LD_LIBRARY_PATH={folder}/lib",
        str(folder / "bin" / python.name),
    ]  # fmt: skip
    assert _runs(copied, user), f"{user} cannot run a copy of {python}"
    return [*copied, "-m", "incidentmail"]


def _runs(python: list[str], user: str) -> bool:
    """Return whether the user can import all of it."""
    who = pwd.getpwnam(user)
    is_root = os.getuid() == 0
    try:
        done = subprocess.run(
            [*python, "-c", "import incidentmail.cli.main, incidentmail.app.context"], cwd="/", env={"LANG": "C"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
            user=who.pw_uid if is_root else None, group=who.pw_gid if is_root else None,
            extra_groups=[] if is_root else None,
        )  # fmt: skip
    except OSError:
        return False
    return done.returncode == 0
