"""Build the documents as a site: `build.py FOLDER`. A link that leads nowhere is an error.

The pages are the Markdown files of the repository. They are copied, so that the README can be the first page, and links
between them are written as the site needs them.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRONT = {"README.md": "index.md"}
PAGES = ("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
_LINK = re.compile(r"(?P<before>\]\()(?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?(?P<after>\))")
_IMAGE = re.compile(r"(?P<before>(?:src|srcset)=\")(?P<target>[^\"#]+)(?P<anchor>)(?P<after>\")")


def main(folder: str) -> None:
    """Copy the pages to FOLDER/pages and write the site to FOLDER/html. Exit with 1 if a link is dead."""
    out = ROOT / folder
    shutil.rmtree(out, ignore_errors=True)
    pages = out / "pages"
    shown = [*map(Path, PAGES), *sorted(path.relative_to(ROOT) for path in (ROOT / "docs").glob("**/*.md"))]
    for page in shown:
        text = (ROOT / page).read_text(encoding="utf-8")
        place = pages / placed(page)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(_with_deep_lists(_with_links(text, page, pages)), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    config = ROOT / "packaging" / "site" / "mkdocs.yml"
    (pages / "adr" / "index.md").write_text(_decisions(shown), encoding="utf-8")
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}  # the theme's news are not about our pages
    done = subprocess.run([*command, "--config-file", config, "--site-dir", out / "html"], env=env, check=False)
    if done.returncode:
        sys.exit(1)
    print(f"{folder}/html/index.html")  # noqa: T201


def _decisions(shown: list[Path]) -> str:
    """Return a page that lists the decisions by their titles."""
    found = [page for page in shown if page.parent.name == "adr"]
    titles = [(ROOT / page).read_text(encoding="utf-8").partition("\n")[0].lstrip("# ") for page in found]
    rows = [f"- [{title}]({page.name})" for page, title in zip(found, titles, strict=True)]
    return "\n".join(["# Decisions", "", *rows, ""])


def placed(page: Path) -> str:
    """Return the path of a page in the site: docs/ is its root, and the README is its first page.

    >>> placed(Path("docs/setups/exim.md")), placed(Path("README.md")), placed(Path("SECURITY.md"))
    ('setups/exim.md', 'index.md', 'SECURITY.md')
    """
    name = page.as_posix()
    return FRONT.get(name, name.removeprefix("docs/"))


def _with_deep_lists(text: str) -> str:
    """Return a page in which what belongs to a numbered item is indented by four columns, which this Markdown needs."""
    lines, is_code = [], False
    for line in text.split("\n"):
        is_code ^= line.startswith("```")
        lines.append(f" {line}" if line.startswith("   ") and not is_code else line)
    return "\n".join(lines)


def _with_links(text: str, page: Path, pages: Path) -> str:
    """Return a page whose links lead to the places of the site. Other files that it links to are copied there."""

    def moved(found: re.Match[str]) -> str:
        target = found["target"]
        if "://" in target or target.startswith("mailto:"):
            return found[0]
        meant = Path(posixpath.normpath((page.parent / target).as_posix()))
        if (ROOT / meant).is_file() and meant.suffix != ".md":
            copy = pages / placed(meant)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / meant, copy)
        here = posixpath.dirname(placed(page)) or "."
        return f"{found['before']}{posixpath.relpath(placed(meant), here)}{found['anchor'] or ''}{found['after']}"

    return _IMAGE.sub(moved, _LINK.sub(moved, text))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "build/site")
