"""Take pictures of some of our mails, in light and dark schemes and at each width, for people to look at.

`make screenshots` writes them, and the two in the README, which show a declaration on a phone.
"""

from __future__ import annotations

import html
import re
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
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


README_PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
PHONE_PX = 390
_HEAD = """<div style="font:15px sans-serif;padding:14px 16px 10px;border-bottom:1px solid #8886;
background:light-dark(#fff,#1c1c1e);color:light-dark(#111,#eee);color-scheme:light dark"><b>{author}</b><br>
<span style="opacity:.7">to {to}</span><h2 style="font-size:19px;margin:10px 0 0">{subject}</h2></div>"""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in SHOWN:
        for scheme in chromium.SCHEMES:
            to = folder / f"{Path(name).name}-{scheme}.png"
            chromium.picture(page_of(read(name)), to, scheme=scheme)
            sys.stdout.write(f"{to}\n")
    README_PICTURES.mkdir(exist_ok=True)
    for scheme in chromium.SCHEMES:
        to = README_PICTURES / f"mail-{scheme}.png"
        chromium.picture(on_a_phone(read("declaration-full")), to, scheme=scheme, widths=(PHONE_PX,))
        sys.stdout.write(f"{to}\n")


def read(name: str) -> EmailMessage:
    return message_from_bytes((GOLDEN / f"{name}.eml").read_bytes(), policy=policy.default)


def page_of(mail: EmailMessage) -> str:
    page = mail.get_body(("html",))
    assert page is not None, f"{mail['Subject']} has no page"
    return str(page.get_content())


def on_a_phone(mail: EmailMessage) -> str:
    """Return the page of a mail below its author, its list and its subject."""
    shown = {
        "author": mail["From"].addresses[0].display_name,
        "to": mail["To"].addresses[0],
        "subject": mail["Subject"],
    }
    head = _HEAD.format(**{name: html.escape(str(value)) for name, value in shown.items()})
    return re.sub(r"(<body[^>]*>)", lambda found: found[1] + head, page_of(mail), count=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
