"""Decode the bytes of a text part into the text that its author saw.

This undoes the transfer encoding, the charset, OpenPGP armor and format=flowed.
"""

from __future__ import annotations

import binascii
import re

from .limits import first_lines

# The charset names that mail programs declare, with their codecs. All other codecs count as unknown, especially those
# that hide ASCII in ASCII (utf-7, unicode_escape, punycode, rot13).
_CODECS = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii", "unknown-8bit", "utf-8-sig", "default"), "utf-8"),
    # WHATWG: programs that declare Latin-1 mean windows-1252.
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "windows-1252", "cp1252"), "cp1252"),
    **{f"iso-8859-{number}": f"iso8859_{number}" for number in (*range(2, 12), *range(13, 17))},
    **{f"windows-{number}": f"cp{number}" for number in (874, *range(1250, 1252), *range(1253, 1259))},
    **{f"cp{number}": f"cp{number}" for number in (437, 850, 866, *range(1250, 1252), *range(1253, 1259))},
    "iso-8859-8-i": "iso8859_8",
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "macintosh": "mac_roman",
    "tis-620": "cp874",
    "iso-2022-jp": "iso2022_jp_ext",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "cp932": "cp932",
    "windows-31j": "cp932",
    "euc-jp": "euc_jp",
    "iso-2022-kr": "iso2022_kr",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "cp949": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "utf-16": "utf_16_le",  # WHATWG
    "utf-16le": "utf_16_le",
    "utf-16be": "utf_16_be",
}
# Byte order marks. Programs that write one know the charset better than the field that declares another.
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf_16_le"), (b"\xfe\xff", "utf_16_be"))

_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/ \t\r]*+=*+[ \t\r]*+")
_SIGNED_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE_BEGIN = "-----BEGIN PGP SIGNATURE-----"
_MESSAGE_BEGIN = "-----BEGIN PGP MESSAGE-----"
_MESSAGE_END = "-----END PGP MESSAGE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"


def decode_bytes(raw: bytes, charset: str) -> tuple[str, str | None]:
    """Return the text, and the problem if the charset is unknown or does not fit the bytes. Never raise.

    If there is a byte order mark, it determines the charset, whatever the declared charset is.

    >>> decode_bytes(b"caf\\xc3\\xa9", "UTF-8")
    ('café', None)
    >>> decode_bytes(b"+AHMAZQB2", "utf-7")
    ('+AHMAZQB2', "unknown charset 'utf-7'")
    """
    is_marked = raw.startswith((b"\xef", b"\xff", b"\xfe"))
    marked = next((codec for mark, codec in _MARKS if raw.startswith(mark)), None) if is_marked else None
    codec = marked or _CODECS.get(charset.strip(" '\"").lower())
    if codec and codec.startswith("utf_16"):
        raw = raw[: len(raw) // 2 * 2]  # drop half a character at the end
    problem = None if codec else f"unknown charset {charset[:40]!a}"
    for attempt in (codec or "utf-8", "utf-8", "cp1252"):
        try:
            return raw.decode(attempt), problem
        except UnicodeDecodeError:
            problem = problem or f"text is not in its charset {charset[:40]!a}"
    return raw.decode("latin-1"), problem


def transfer_decode(raw: bytes, encoding: str, bytes_max: int) -> tuple[bytes, list[str]]:
    r"""Return at most `bytes_max` bytes of decoded content (RFC 2045 section 6), and the problems found.

    Damaged input is decoded as far as possible.

    >>> transfer_decode(b"sev =31\n", "Quoted-Printable", 100)
    (b'sev 1\n', [])
    >>> transfer_decode(b"c2V2IDE\n---\nfooter", "base64", 100)
    (b'sev 1', ['damaged base64'])
    """
    encoding = encoding.strip().lower()
    problems: list[str] = []
    # At worst, quoted-printable triples the size. Base64 with its line ends needs less than that.
    source = first_lines(raw, 3 * bytes_max)
    if encoding == "base64":
        content, damaged = _base64(source)
        if damaged:
            problems.append("damaged base64")
    elif encoding == "quoted-printable":
        content = binascii.a2b_qp(source)
    else:
        content = source
        if encoding not in ("", "7bit", "8bit", "binary"):
            problems.append(f"unknown transfer encoding {encoding[:40]!a}")
    if len(source) < len(raw) or len(content) > bytes_max:
        problems.append(f"text cut at {bytes_max} bytes")
        content = first_lines(content, bytes_max)
    return content, problems


def _base64(source: bytes) -> tuple[bytes, bool]:
    """Decode the lines before the first one that is not base64. Some lists append plain-text footers."""
    lines = []
    for line in source.split(b"\n"):
        if not _BASE64_LINE.fullmatch(line):
            break
        lines.append(line)
        if b"=" in line:
            break
    digits = b"".join(b"".join(lines).split()).rstrip(b"=")
    rest = source[sum(map(len, lines)) + len(lines) :]
    odd = len(digits) % 4 == 1
    if odd:
        digits = digits[:-1]
    return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4)), odd or bool(rest.strip())


def uniform(text: str) -> str:
    r"""Return the text with LF line ends, without NUL and byte order marks.

    >>> uniform("\ufeffa\r\nb\rc\x00")
    'a\nb\nc'
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "").replace("\ufeff", "")


def without_armor(text: str) -> str:
    r"""Return a cleartext-signed OpenPGP text (RFC 9580 section 7) without its armor, hash headers and dash escapes.

    >>> without_armor("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nsev 1\n-----BEGIN PGP SIGNATURE-----\nx")
    'sev 1'
    """
    if _SIGNED_BEGIN not in text:
        return text
    kept: list[str] = []
    where = "outside"
    for line in text.split("\n"):
        mark = line.rstrip()
        if where == "outside" and mark == _SIGNED_BEGIN:
            where = "hashes"
        elif where == "hashes":
            where = "hashes" if mark else "signed"
        elif where == "signed" and mark == _SIGNATURE_BEGIN:
            where = "signature"
        elif where == "signature":
            where = "outside" if mark == _SIGNATURE_END else "signature"
        else:
            kept.append(line[2:] if where == "signed" and line.startswith("- ") else line)
    return "\n".join(kept)


def without_ciphertext(text: str) -> str:
    r"""Return the text without encrypted OpenPGP messages (RFC 9580 section 6.2), which contain no readable words.

    >>> without_ciphertext("so:\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\nMara")
    'so:\nMara'
    """
    if _MESSAGE_BEGIN not in text:
        return text
    kept: list[str] = []
    inside = False
    for line in text.split("\n"):
        mark = line.rstrip()
        if not inside and mark != _MESSAGE_BEGIN:
            kept.append(line)
        inside = mark == _MESSAGE_BEGIN or (inside and mark != _MESSAGE_END)
    return "\n".join(kept)


def unflowed(text: str, *, delsp: bool) -> str:
    r"""Join each paragraph of a format=flowed text into one line, keeping its quote prefix (RFC 3676 section 4).

    >>> unflowed("Now severity \n1.\n>> old \n>> text\n-- \nMara", delsp=False)
    'Now severity 1.\n>> old text\n-- \nMara'
    """
    out: list[list[str]] = []  # the pieces of each line, joined once at the end, so that time is linear
    open_depth = -1  # quote depth of the paragraph that the next line may continue
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if content == "-- ":  # section 4.3: a signature separator is never flowed, although it ends in a space
            open_depth = -1
            out.append([_quoted(content, depth)])
            continue
        flows = content.endswith(" ")
        kept = content[:-1] if flows and delsp else content
        if depth == open_depth:
            out[-1].append(kept)
        else:
            out.append([_quoted(kept, depth)])
        open_depth = depth if flows else -1
    return "\n".join("".join(pieces) for pieces in out)


def _quoted(content: str, depth: int) -> str:
    return f"{'>' * depth} {content}" if depth else content
