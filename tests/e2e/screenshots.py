"""Pictures of a few of our mails, in the light and in the dark, at each width; to be looked at.

make screenshots
"""

from __future__ import annotations

import sys
from email import message_from_bytes, policy
from pathlib import Path

import chromium

GOLDEN = Path(__file__).parent.parent / "data" / "golden"
SHOWN = (
    "declaration-full",
    "severity-rises",
    "closed",
    "declaration-drill",
    "declaration-non-latin",
    "two-zones",
    "late/controls-named",
    "late/brief",
    "late/restricted-public",
    "late/guide",
    "late/open-incidents",
    "late/may-it-end",
    "late/abbreviations",
)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHOWN:
        page = message_from_bytes((GOLDEN / f"{name}.eml").read_bytes(), policy=policy.default).get_body(("html",))
        assert page is not None, f"{name} has no page"
        for scheme in chromium.SCHEMES:
            to = folder / f"{Path(name).name}-{scheme}.png"
            chromium.picture(page.get_content(), to, scheme=scheme)
            sys.stdout.write(f"{to}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
