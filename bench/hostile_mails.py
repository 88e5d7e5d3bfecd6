"""Provide whole messages designed to be slow to parse.

They have large header blocks, or parts within parts, or exceed a limit. As in hostile_texts.py, each can be made
shorter. They are written as latin-1, one character for each byte.
"""

from __future__ import annotations

from typing import Final

from .hostile_texts import Hostile

FROM: Final = "From: Mara Lindqvist <mara@example.com>\n"
MIXED: Final = "Content-Type: multipart/mixed; boundary="
_IN_ONE_ANOTHER: Final = MIXED + "b{n}\n\n--b{n}\n"
_MANY_ADDRESSES: Final = Hostile("a{n}@example.com, ", 20_000, start=FROM + "To: ", end="b@example.com\n\nhi")
_RFC_2231: Final = Hostile("--b\n\nx\n", 100_000, start=FROM + "Content-Type: multipart/mixed; boundary*=utf-8''b\n\n")

# Messages over a limit, and which limit it is.
OVER: Final = {
    "1 MB Subject": (Hostile("x", 1_000_000, start="Subject: ", end="\n\nhi"), "FIELD_BYTES_MAX"),
    "1 MB Subject of folded encoded words": (
        Hostile("=?utf-8?q?a?=\n ", 70_000, start="Subject: ", end="\n\nhi"),
        "FIELD_BYTES_MAX",
    ),
    "20,000 addresses": (_MANY_ADDRESSES, "FIELD_BYTES_MAX"),
    "a Subject of 9 kB": (Hostile("x", 9_000, start=FROM + "Subject: ", end="\n\nhi"), "FIELD_BYTES_MAX"),
    "70 kB of ids": (
        Hostile("<a{n}@example.com>\n ", 4_000, start=FROM + "References: ", end="\n\nhi"),
        "FIELD_BYTES_MAX",
    ),
    "six fields of 60 kB": (
        Hostile("X-A: " + "x" * 60_000 + "\n", 6, start=FROM, end="\nhi"),
        "HEADER_BLOCK_BYTES_MAX",
    ),
    "header block of 70 kB": (
        Hostile("X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaa\n", 2_000, end="\nhi"),
        "HEADER_BLOCK_BYTES_MAX",
    ),
    "501 fields": (Hostile("A: b\n", 501, end="\nhi"), "FIELDS_MAX"),
    "nesting 300 deep": (Hostile(_IN_ONE_ANOTHER, 300, start=FROM, end="\nsev 1\n"), "NESTING_DEPTH_MAX"),
    "nesting 1,200 deep": (Hostile(_IN_ONE_ANOTHER, 1_200, start=FROM, end="\nsev 1\n"), "NESTING_DEPTH_MAX"),
    "messages 1,200 deep": (
        Hostile("Content-Type: message/rfc822\n\n", 1_200, start=FROM, end="hi"),
        "NESTING_DEPTH_MAX",
    ),
    "100,000 parts": (Hostile("--b\n\nx\n", 100_000, start=FROM + MIXED + "b\n\n"), "BOUNDARY_LINES_MAX"),
    "parts at bare CRs": (Hostile("--b\r\n\r\nx\r", 200, start=FROM + MIXED + "b\r\n\r\n"), "PARTS_MAX"),
    "quotes in a part's Content-Type": (
        Hostile('";', 100_000, start=MIXED + "b\n\n--b\n" + MIXED[:30] + 'a="'),
        "CONTENT_FIELD_BYTES_MAX",
    ),
    "11 MiB": (Hostile("x", 11 * 1024 * 1024, start=FROM + "\n"), "MESSAGE_BYTES_MAX"),
    "500,000 empty lines": (Hostile("\n", 500_000, start=FROM), "LINES_MAX"),
}

# Messages that take other parsers minutes.
SLOW: Final = {
    "21,000 brackets in one address": Hostile("<a>", 21_000, start=FROM + "To: ", end="\n\nhi"),
    "32,000 quotes in one address": Hostile('""', 32_000, start=FROM + "To: ", end="\n\nhi"),
    "40,000 addresses in four fields": Hostile("a@b.c," * 10_000 + "\nTo: ", 4, start=FROM + "Cc: ", end="\n\nhi"),
    "8,000 open comments": Hostile("(", 8_000, start="From: ", end="\n\nhi"),
    "800 open comments": Hostile("(", 800, start="From: ", end="\n\nhi"),
    "8,000 open brackets": Hostile("<", 8_000, start="From: ", end="\n\nhi"),
    "open quote of quotes": Hostile('"\\', 4_000, start="From: ", end="\n\nhi"),
    "8,000 commas": Hostile(",", 8_000, start="From: ", end="\n\nhi"),
    "499 From fields": Hostile("From: (((((((((\n", 499, end="\nhi"),
    "encoded words never closed": Hostile("=?utf-8?q?", 800, start="Subject: ", end="\n\nhi"),
    "boundary said as RFC 2231 does": _RFC_2231,
    "100,000 blocks of a report": Hostile("A: b\n\n", 100_000, start="Content-Type: message/delivery-status\n\n"),
    "many flowed lines": Hostile(" \n", 390_000, start="Content-Type: text/plain; format=flowed\n\n"),
    "10 MB of one line": Hostile("a", 10_000_000, start=FROM + "\n"),
    "10 MB of broken quoted-printable": Hostile(
        "=", 10_000_000, start="Content-Transfer-Encoding: quoted-printable\n\n"
    ),
    "parts with quotes in Content-Type": Hostile(
        "--b\nContent-Type: text/plain; a=" + '";' * 4_000 + "\n\n", 99, start=MIXED + "b\n\n"
    ),
    "base64 of blanks": Hostile(" ", 60_000, start="Content-Transfer-Encoding: base64\n\n", end="!\n"),
    "399,000 lines in a part": Hostile("\n", 399_000, start=MIXED + "b\n\n--b\n\n"),
}

# Header blocks that break parsers, and what is slow in a header.
RAISING: Final = {
    "from without a domain": Hostile("From: x@\n", 1),
    "from opened": Hostile("From: <\n", 1),
    "to opened": Hostile('To: "\n', 1),
    "message-id opened": Hostile("Message-ID: <\n", 1),
    "undisclosed": Hostile("To: Undisclosed recipients:;\t\n", 1),
    "year": Hostile("Date: Fri, 20 Nov 99999999999 14:07:11 +0000\n", 1),
    "zone": Hostile("Date: Fri, 20 Nov 2026 14:07:11 +99999999\n", 1),
    "charset": Hostile("Content-Type: text/plain; charset=x-nobody\n", 1),
    "multipart that is a text": Hostile("Content-Type: multipart/mixed\n", 1),
    "encoded subject": Hostile("Subject: =?utf-8?q?=FF?= =?x?b?!?=\n", 1),
    "surrogate": Hostile("Subject: \xed\xa0\x80\n", 1),
    "nul": Hostile("Subject: a\x00b\n", 1),
}
HEADS: Final = {
    "subject of 1 MB": Hostile("a ", 500_000, start="Subject: ", end="\n"),
    "folded subject": Hostile("a\n ", 300_000, start="Subject: ", end="\n"),
    "encoded words": Hostile("=?utf-8?q?a?= ", 70_000, start="Subject: ", end="\n"),
    "20,000 addresses": Hostile("a{n}@example.com, ", 20_000, start="To: ", end="b@example.com\n"),
    "addresses under the limit": Hostile("a@b.c,", 1_300, start="To: ", end="\n"),
    "comments": Hostile("(", 800, start="From: ", end="\n"),
    "comments everywhere": Hostile(
        "(", 8_000, start="To: " + "(" * 8_000 + "\nDate: " + "(" * 8_000 + "\nFrom: ", end="\n"
    ),
    "quotes": Hostile("\\", 8_000, start='From: "', end="\n"),
    "references": Hostile("<a@b> ", 1_300, start="References: ", end="\n"),
    "references without @": Hostile("References: " + "a" * 8_100 + "\n", 7),
    "parameters": Hostile("a*0=b; ", 1_100, start="Content-Type: text/plain; ", end="\n"),
    "fields": Hostile("X: y\n", 100_000),
    "received": Hostile("Received: from x by y\n\twith z; now\n", 2_000),
    "authentication results": Hostile("(", 500, start="Authentication-Results: x; ", end="\n"),
}

# Parts within parts, and what is in them.
TREES: Final = {
    "300 deep": Hostile(_IN_ONE_ANOTHER, 300),
    "1,200 deep": Hostile(_IN_ONE_ANOTHER, 1_200),
    "messages in messages": Hostile("Content-Type: message/rfc822\n\n", 5_000),
    "100,000 parts": Hostile("--b\n\nx\n", 100_000, start=MIXED + "b\n\n"),
    "boundaries that begin alike": Hostile("--bb\n", 100_000, start=MIXED + "b\n\n"),
    "base64 of 10 MB": Hostile("QUJD", 2_400_000, start="Content-Transfer-Encoding: base64\n\n" + "QUJD" * 18 + "\n"),
    "a page of tags": Hostile("<div>", 200_000, start="Content-Type: text/html\n\n"),
}

# What follows the name of our server in a field Authentication-Results.
RESULTS: Final = {
    "comments opened": Hostile("(", 8_000),
    "comments": Hostile("()", 4_000),
    "quotes": Hostile('"', 7_999),
    "comments in values": Hostile("a=(", 2_000),
    "methods": Hostile("; dkim=", 1_000),
    "properties": Hostile("header.from=x ", 500, start="dmarc=pass "),
}

# What claims to be our own message: its first line, in which each note may begin anywhere.
OUR_FORM: Final = {
    "notes that never end": Hostile("). x is incident commander (", 20, end="z"),
    "notes and venues": Hostile("), phase 1 (). x is incident commander (). Coordinating via a", 20, end="!"),
    "venues": Hostile(
        "). Coordinating via ", 18, start="), phase 1 (" * 33 + "). x is incident commander (" * 14, end="z" * 600 + "!"
    ),
}

# The text of a signed message.
BLANKS: Final = {"blanks without end": Hostile(" \t", 500_000, end="x\r\n")}
