"""Draw the beginning of the demo as a terminal shows it: `recording.py FILE.svg`. `make screenshots` calls it."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

WIDTH = 104
SHOWN_UNTIL = "3. "
"""The heading of the first part of the demo that is left out."""
_QUOTED = ("  | >", "  | On ", "  | Ref ")
"""Lines that a mail program adds, and the code of a mail; they would only make the picture longer."""


def main(file: Path) -> None:
    """Run the demo, and write its first two parts as a picture that loads nothing from other hosts."""
    demo = [sys.executable, "-m", "incidentmail", "demo"]
    done = subprocess.run(demo, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("1. "))
    end = next(number for number, line in enumerate(lines) if line.startswith(SHOWN_UNTIL))
    kept = [line for line in lines[begin:end] if not line.startswith(_QUOTED)]
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    for line, before in zip(kept, ["", *kept], strict=False):
        if line.strip(" |") or before.strip(" |"):
            console.print(_styled(line))
    form = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.S)
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = console.export_svg(title="incidentmail demo", theme=MONOKAI, code_format=form, unique_id="demo")
    file.write_text(picture.replace("Fira Code", "ui-monospace"), encoding="utf-8")


def _styled(line: str) -> Text:
    if re.match(r"\d\. ", line):
        return Text(line, "bold cyan")
    if line.startswith("$ "):
        return Text(line, "bold green")
    return Text(line, "" if line.startswith("  |") else "italic")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
