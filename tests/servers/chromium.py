"""Run Chromium without a window, to show pages as a phone or a wide screen does, in light and dark schemes."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from patience import PATIENCE_S

WIDTHS: Final = (320, 390, 1024)
SCHEMES: Final = ("light", "dark")
_GAP_PX = 16
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-breakpad",
    "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars", "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
_SCHEME = {"dark": "--blink-settings=preferredColorScheme=0", "light": "--blink-settings=preferredColorScheme=1"}
# A window is at least 500 px wide, so that narrow pages stand in frames. A frame takes its scheme from its host.
_HOST = """<!doctype html><meta charset="utf-8"><style>
:root {{ color-scheme: light dark }} body {{ margin: 0; display: flex; gap: {gap}px; flex-wrap: nowrap }}
iframe {{ border: 0; flex: none }}</style>{frames}<pre></pre><script>{script}</script>"""
_FRAME = '<iframe id="{name} {width}" width="{width}" height="{height}" srcdoc="{page}"></iframe>'
_AXE = (Path(__file__).parent / "chromium_axe.js").read_text()
_MEASURE = (Path(__file__).parent / "chromium_measure.js").read_text()


def measure(pages: Mapping[str, str], *, scheme: str, widths: Sequence[int] = WIDTHS) -> dict[str, Any]:
    """Return the measurements of each page by "name width", in px. See chromium_measure.js for their form."""
    frames = [(name, width, 900) for name in pages for width in widths]
    out = _run(_host(pages, frames, _MEASURE), _SCHEME[scheme], "--window-size=1200,900", "--dump-dom").stdout
    found = re.search(r"<pre>(.*?)</pre>", out, re.S)
    assert found and found[1], f"the page was not measured: {out[-2000:]}"
    measured: dict[str, Any] = json.loads(html.unescape(found[1]))
    return measured


def axe(pages: Mapping[str, str], *, scheme: str, widths: Sequence[int] = WIDTHS) -> dict[str, list[str]]:
    """Return the objections of axe-core to each page, by "name width".

    The pages' own policy, which would not let axe-core run, is removed first.
    """
    source = json.dumps(node_modules("axe-core", "axe.min.js").read_text(encoding="utf-8")).replace("</", "<\\/")
    open_pages = {name: re.sub(r"<meta http-equiv=[^>]*>", "", page) for name, page in pages.items()}
    frames = [(name, width, 900) for name in pages for width in widths]
    host = _host(open_pages, frames, f"const AXE = {source};\n{_AXE}")
    out = _run(host, _SCHEME[scheme], "--window-size=1200,900", "--virtual-time-budget=60000", "--dump-dom").stdout
    found = re.search(r"<pre>(.*?)</pre>", out, re.S)
    assert found and found[1], f"axe did not end: {out[-2000:]}"
    objections: dict[str, list[str]] = json.loads(html.unescape(found[1]))
    return objections


def html_faults(pages: Mapping[str, str], folder: Path) -> str:
    """Return the output of html-validate for the pages, or "" if they are valid. `folder` is for temporary files."""
    (folder / "rules.json").write_text(json.dumps({"root": True, "extends": ["html-validate:recommended"]}))
    for number, page in enumerate(pages.values()):
        (folder / f"{number}.html").write_text(page, encoding="utf-8")
    judge = node_modules("html-validate", "bin", "html-validate.mjs")
    paths = [str(path) for path in sorted(folder.glob("*.html"))]
    command = ["node", str(judge), "--config", str(folder / "rules.json"), *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def node_modules(*parts: str) -> Path:
    """Return the path of a file in a package that `make e2e` installs into build/node."""
    path = Path(__file__).parents[2].joinpath("build", "node", "node_modules", *parts)
    assert path.exists(), f"{path} is missing; 'make e2e' installs it"
    return path


def picture(page: str, to: Path, *, scheme: str, widths: Sequence[int] = WIDTHS) -> None:
    """Write a PNG of the whole page at each width, side by side."""
    seen = measure({"page": page}, scheme=scheme, widths=widths)
    frames = [("page", width, seen[f"page {width}"]["height"]) for width in widths]
    size = f"{sum(widths) + _GAP_PX * (len(widths) - 1)},{max(height for _, _, height in frames)}"
    _run(_host({"page": page}, frames, ""), _SCHEME[scheme], f"--window-size={size}", f"--screenshot={to.resolve()}")
    assert to.stat().st_size > 0


def _host(pages: Mapping[str, str], frames: Sequence[tuple[str, int, int]], script: str) -> str:
    shown = "".join(
        _FRAME.format(name=html.escape(name), width=width, height=height, page=html.escape(pages[name]))
        for name, width, height in frames
    )
    return _HOST.format(gap=_GAP_PX, frames=shown, script=script)


def _run(page: str, *flags: str) -> subprocess.CompletedProcess[str]:
    """Open `page` with a temporary profile, and end every process that was started."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "chromium is not installed; on Debian: apt-get install chromium"
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as folder:
        file = Path(folder, "page.html")
        file.write_text(page, encoding="utf-8")
        command = [program, *_FLAGS, f"--user-data-dir={folder}/profile", *flags, file.as_uri()]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "HOME": folder, "LANG": "C.UTF-8"}, start_new_session=True,
        )  # fmt: skip
        try:
            out, err = process.communicate(timeout=PATIENCE_S)
        finally:
            _end(process)
    assert process.returncode == 0, err[-2000:]
    return subprocess.CompletedProcess(command, 0, out, err)


def _end(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # nobody of them is left
    finally:
        process.wait(PATIENCE_S)
