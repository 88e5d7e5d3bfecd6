"""Writes incidentmail/core/names/confusables.py anew from the table of Unicode (UTS #39), as ICU has it.

Run it with a Python that has PyICU (Debian: python3-icu): python3 packaging/make_confusables.py
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import icu

TARGET = Path(__file__).parents[1] / "incidentmail" / "core" / "names" / "confusables.py"
WIDTH = 113
HEAD = '''"""Characters that look like others: Unicode's table of confusables (UTS #39, version {version}), in short.

Made by packaging/make_confusables.py; never changed by hand. Of each character without its marks and compatibility
forms, only those are here that look like letters or digits. Data: copyright Unicode, Inc.; Unicode License v3.

Each word: what they look like, an equals sign, and the characters.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "{version}"
GROUPS: Final = (
'''


def bare(text: str) -> str:
    """As core/names/look_alikes.py does it: without compatibility forms and marks."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Me", "Cf"))


def main() -> None:
    checker, rows = icu.SpoofChecker(), {}
    for number in range(0x21, 0x32000):
        character = chr(number)
        if unicodedata.category(character) in ("Cn", "Cs", "Co", "Cc", "Mn", "Me", "Cf"):
            continue
        alike = "".join(filter(str.isalnum, bare(checker.getSkeleton(0, character))))
        if (name := unicodedata.name(character, "")).startswith("LATIN LETTER SMALL CAPITAL ") and len(name) == 28:
            alike = name[-1].lower()
        if alike and alike != bare(character) and bare(character) == character:
            rows.setdefault(alike, []).append(character)
    lines = [""]
    for alike, characters in sorted(rows.items()):
        for start in range(0, len(characters), 10):
            word = escaped(f"{alike}={''.join(characters[start : start + 10])} ")
            if len(lines[-1]) + len(word) > WIDTH:
                lines.append("")
            lines[-1] += word
    body = "".join(f'    "{line}"\n' for line in lines)
    TARGET.write_text(HEAD.format(version=icu.UNICODE_VERSION) + body + ")\n")


def escaped(text: str) -> str:
    return "".join("\\" + c if c in '"\\' else ascii(c)[1:-1] for c in text)


if __name__ == "__main__":
    main()
