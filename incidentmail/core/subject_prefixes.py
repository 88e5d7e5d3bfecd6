"""What mail programs and lists put before a subject: marks of replies and forwards in all languages, and brackets.

The only such table: finding a thread, reading our own mail, answering, and telling machines from people all use it.
"""

from __future__ import annotations

import re
from typing import Final

# Language, what marks a reply, what marks a forwarded mail. "vs" is Finnish for a reply and Norwegian for a forward:
# it is the reply here.
PREFIXES: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("English", ("re",), ("fwd", "fw")),
    ("German", ("aw", "antw"), ("wg",)),
    ("Dutch", ("antw",), ("doorst",)),
    ("Danish, Norwegian, Swedish", ("sv",), ("vb",)),
    ("Finnish", ("vs",), ("vl",)),
    ("French", ("rép", "réf"), ("tr",)),
    ("Spanish", (), ("rv",)),
    ("Portuguese", ("res",), ("enc",)),
    ("Italian", ("rif",), ()),
    ("Polish", ("odp",), ()),
    ("Turkish", ("ynt",), ("ilt",)),
    ("Indonesian", ("bls",), ()),
    ("Welsh", ("atb",), ()),
    ("Russian", ("отв",), ("пересл",)),
    ("Greek", ("απ", "σχετ"), ("πρθ",)),
    ("Chinese", ("答复", "回复", "回覆"), ("转发", "轉寄")),
    ("Japanese", ("返信",), ("転送",)),
    ("Korean", ("회신",), ("전달",)),
)
REPLY_WORDS: Final = tuple(dict.fromkeys(word for _, replies, _ in PREFIXES for word in replies))
FORWARD_WORDS: Final = tuple(dict.fromkeys(word for _, _, forwards in PREFIXES for word in forwards))

# `Re:`, `RE :`, `Re[2]:`, `AW (3):`, `回复：`; a colon of either width ends it.
_END: Final = r")\s*(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]\s*"
REPLY_PREFIX: Final = re.compile(rf"(?:{'|'.join(REPLY_WORDS)}{_END}", re.I)
REPLY_OR_FORWARD_PREFIX: Final = re.compile(rf"(?:{'|'.join((*REPLY_WORDS, *FORWARD_WORDS))}{_END}", re.I)
# A list's prefix, or a mark of ours.
BRACKET_PREFIX: Final = re.compile(r"\[[^\[\]]{1,60}\]\s*")


def is_reply(subject: str) -> bool:
    """Whether a subject begins with the mark of a reply, in any language.

    >>> is_reply("AW: checkout"), is_reply("回复：checkout"), is_reply("Fwd: checkout"), is_reply("Regional outage")
    (True, True, False, False)
    """
    return REPLY_PREFIX.match(subject) is not None
