"""Ten mail programs answering a mail: what they quote and how, which parts they send, and which ids they name.

Each is a function from an answer to a whole mail. `between` holds answers that are typed below a quoted line.
"""

from __future__ import annotations

import base64
import html
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses, parseaddr


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A typed answer to the mail `seen`: at the `top`, or each text of `between` below the line with a given word."""

    seen: EmailMessage
    sender: str
    at: datetime
    message_id: str
    top: str = ""
    between: Sequence[tuple[str, str]] = ()

    @property
    def shown(self) -> EmailMessage:
        """The mail that the program shows. For a wrapped post, this is the post."""
        inner = next((part for part in self.seen.walk() if part.get_content_type() == "message/rfc822"), None)
        return inner.get_content() if inner is not None else self.seen

    @property
    def lines(self) -> list[str]:
        part = self.shown.get_body(("plain", "html"))
        assert part is not None
        text = str(part.get_content()).rstrip("\n")
        if part.get_content_type() == "text/html":
            rows = re.sub(r"<br>|</div>|</p>|</blockquote>", "\n", text.replace("<br></div>", "</div>"))
            text = html.unescape(re.sub(r"<[^<>]*>", "", rows))
        return [line.rstrip() for line in text.split("\n")]

    @property
    def author(self) -> str:
        """The author of the mail as the program names them in its attribution."""
        return str(self.shown["From"]).replace('"', "")

    @property
    def subject(self) -> str:
        return re.sub(r"^(?:re|aw): ", "", str(self.seen["Subject"]), flags=re.IGNORECASE)


Program = Callable[[Answer], bytes]


# --- What every mail has ---------------------------------------------------------------------------------------------


def _head(answer: Answer, *, mark: str = "Re: ", references: bool = True, more: str = "") -> str:
    """Return the header of an answer to all."""
    id_, before = str(answer.seen["Message-ID"]), str(answer.seen["References"] or answer.seen["In-Reply-To"] or "")
    thread = f"In-Reply-To: {id_}\n"
    if references:
        folded = "\n ".join((*before.split(), id_))
        thread += f"References: {folded}\n"
    to = str(answer.seen["Reply-To"] or answer.seen["From"])
    known = {parseaddr(answer.sender)[1], *(address for _, address in getaddresses([to]))}
    also = getaddresses([str(value) for name in ("To", "Cc") for value in answer.seen.get_all(name, [])])
    others = ", ".join(dict.fromkeys(address for _, address in also if address not in known))
    copies = f"Cc: {others}\n" if others else ""
    return (
        f"From: {answer.sender}\nTo: {to}\n{copies}"
        f"Subject: {mark}{answer.subject}\nDate: {format_datetime(answer.at)}\nMessage-ID: {answer.message_id}\n"
        f"{thread}{more}MIME-Version: 1.0\n"
    )


def _plain(head: str, text: str, *, parameters: str = "", encoded: bool = False) -> bytes:
    body = base64.encodebytes(text.encode()).decode() if encoded else text
    encoding = "base64" if encoded else "8bit"
    fields = f"Content-Type: text/plain; charset=utf-8{parameters}\nContent-Transfer-Encoding: {encoding}\n"
    return f"{head}{fields}\n{body}\n".encode()


def _page(head: str, page: str) -> bytes:
    fields = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n"
    return f"{head}{fields}\n{base64.encodebytes(page.encode()).decode()}\n".encode()


def _both(head: str, text: str, page: str) -> bytes:
    """Return an answer with both text and HTML. The text counts."""
    parts = "".join(
        f"--=_both\nContent-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
        f"{base64.encodebytes(body.encode()).decode()}\n"
        for kind, body in (("plain", text), ("html", page))
    )
    return f'{head}Content-Type: multipart/alternative; boundary="=_both"\n\n{parts}--=_both--\n'.encode()


def _quoted(answer: Answer, mark: str, *, wrap: int = 0) -> str:
    """Return the lines with a mark before each, and the texts typed between them."""
    out: list[str] = []
    for line in answer.lines:
        rows = textwrap.wrap(line, wrap, break_long_words=False) if wrap and line else [line]
        out += [f"{mark}{row}".rstrip() if mark else row for row in rows]
        out += [row for word, typed in answer.between if word in line for row in ("", typed, "")]
    return "\n".join(out)


def _paragraphs(answer: Answer, typed: Callable[[str], str], quoted: Callable[[str], str]) -> str:
    """Return the lines and texts like `_quoted`, but as elements of a page."""
    out: list[str] = []
    for line in answer.lines:
        out.append(quoted(html.escape(line) or "<br>"))
        out += [typed(html.escape(text)) for word, text in answer.between if word in line]
    return "".join(out)


# --- The programs ----------------------------------------------------------------------------------------------------


def _outlook_block(answer: Answer) -> str:
    sent = f"{answer.at:%A, %d %B %Y %H:%M}"
    return f"From: {answer.author}\nSent: {sent}\nTo: {answer.seen['To']}\nSubject: {answer.seen['Subject']}\n"


def outlook_desktop(answer: Answer) -> bytes:
    """Quote below a header block without marks. Answers between look like the rest, in another colour."""
    block = _outlook_block(answer)
    row = '<p class="MsoNormal">{}<o:p></o:p></p>'
    blue = '<p class="MsoNormal"><span style="color:#1F497D">{}</span><o:p></o:p></p>'
    border = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    head = "<br>".join(html.escape(line) for line in block.splitlines())
    page = (
        f'<html><body lang="EN-GB"><div class="WordSection1">{row.format(html.escape(answer.top))}'
        f"<div>{border}{row.format(head)}</div></div>{_paragraphs(answer, blue.format, row.format)}</div></body></html>"
    )
    more = (
        f"Thread-Topic: {answer.subject}\nThread-Index: AQHZ{base64.b64encode(answer.message_id.encode()).decode()}\n"
    )
    text = f"{answer.top}\n\n{block}\n{_quoted(answer, '')}\n"
    return _both(_head(answer, mark="RE: ", more=more), text, page)


def outlook_web(answer: Answer) -> bytes:
    """Send only a page, with a rule above the quotation."""
    block = "<br>".join(html.escape(line) for line in _outlook_block(answer).splitlines())
    quoted = _paragraphs(answer, "<div>{}</div>".format, "<div>{}</div>".format)
    page = (
        f'<html><body><div style="font-family: Aptos; font-size: 12pt">{html.escape(answer.top)}</div>'
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%">'
        f'<div id="divRplyFwdMsg" dir="ltr">{block}<div>&nbsp;</div></div><div>{quoted}</div></body></html>'
    )
    return _page(_head(answer, mark="RE: "), page)


def _gmail_page(answer: Answer, attribution: str, style: str) -> str:
    quoted = '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{}</blockquote>'
    inner = _paragraphs(answer, '<div dir="ltr">{}</div>'.format, quoted.format)
    return (
        f'<div {style}>{html.escape(answer.top)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{html.escape(attribution)}<br></div>{inner}</div>'
    )


def gmail_web(answer: Answer) -> bytes:
    """Break the attribution before the address, and wrap the quotation."""
    name, _, address = answer.author.rpartition(" ")
    said = f"On {answer.at:%a, %b %d, %Y} at {answer.at:%I:%M}\u202f{answer.at:%p} {name} {address} wrote:"
    text = f"{answer.top}\n\n{said.replace(' <', ' <', 1).replace('<', '<' + chr(10), 1)}\n\n"
    return _both(_head(answer), text + _quoted(answer, "> ", wrap=74) + "\n", _gmail_page(answer, said, 'dir="ltr"'))


def gmail_phone(answer: Answer) -> bytes:
    said = f"On {answer.at:%a, %d %b %Y, %H:%M} {answer.author.replace(' <', ', <')} wrote:"
    text = f"{answer.top}\n\n{said}\n\n{_quoted(answer, '> ', wrap=74)}\n"
    return _both(_head(answer), text, _gmail_page(answer, said, 'dir="auto"'))


def _apple_said(answer: Answer) -> str:
    return f"On {answer.at.day} {answer.at:%b %Y, at %H:%M}, {answer.author} wrote:"


def apple_mail(answer: Answer) -> bytes:
    """Quote the attribution as well."""
    said = _apple_said(answer)
    cite = '<blockquote type="cite"><div>{}</div></blockquote>'
    inner = _paragraphs(answer, "<div>{}</div>".format, cite.format)
    page = f"<html><body>{html.escape(answer.top)}<br>{cite.format(html.escape(said))}{inner}</body></html>"
    return _both(_head(answer), f"{answer.top}\n\n> {said}\n> \n{_quoted(answer, '> ')}\n", page)


def iphone(answer: Answer) -> bytes:
    """Name only the answered mail, and put the signature between the answer and the quotation."""
    said = _apple_said(answer).replace(" at ", " at\u202f")
    text = f"{answer.top}\n\nSent from my iPhone\n\n> {said}\n> \n> \ufeff{_quoted(answer, '> ').removeprefix('> ')}\n"
    return _plain(_head(answer, references=False), text, encoded=True)


def thunderbird_plain(answer: Answer) -> bytes:
    """Write each paragraph on one line, marked as flowed (RFC 3676)."""
    said = f"On {answer.at:%d/%m/%Y %H:%M}, {answer.author.partition(' <')[0]} wrote:"
    top = f"{answer.top}\n\n" if answer.top else ""
    return _plain(_head(answer), f"{top}{said}\n{_quoted(answer, '> ')}\n", parameters="; format=flowed")


def thunderbird_html(answer: Answer) -> bytes:
    """Send only a page."""
    said = f"On {answer.at:%d.%m.%y %H:%M}, {answer.author.partition(' <')[0]} wrote:"
    cite = '<blockquote type="cite" cite="mid:{}">'.format(str(answer.seen["Message-ID"]).strip("<>"))
    inner = _paragraphs(answer, "<p>{}</p>".format, f"{cite}<p>{{}}</p></blockquote>".format)
    page = (
        f"<!DOCTYPE html><html><body><p>{html.escape(answer.top)}</p>"
        f'<div class="moz-cite-prefix">{html.escape(said)}<br></div>{inner}</body></html>'
    )
    return _page(_head(answer), page)


def mutt(answer: Answer) -> bytes:
    said = f"On {answer.at:%a, %b %d, %Y at %I:%M:%S%p %z}, {answer.author.partition(' <')[0]} wrote:"
    top = f"{answer.top}\n\n" if answer.top else ""
    return _plain(_head(answer), f"{top}{said}\n{_quoted(answer, '> ')}\n\n-- \nJayla Mbeki\nPayments, Dublin\n")


def samsung(answer: Answer) -> bytes:
    """Quote below a line of dashes and a header block, without marks."""
    block = (
        f"-------- Original message --------\nFrom: {answer.author}\n"
        f"Date: {answer.at:%d/%m/%Y  %H:%M}  (GMT+00:00)\nTo: {answer.seen['To']}\nSubject: {answer.seen['Subject']}\n"
    )
    text = f"{answer.top}\n\n\n\nSent from my Galaxy\n\n\n{block}\n{_quoted(answer, '')}\n"
    page = "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in text.splitlines())
    return _both(_head(answer, references=False), text, f"<html><body dir='auto'>{page}</body></html>")


PROGRAMS: dict[str, Program] = {
    "Outlook desktop": outlook_desktop, "Outlook web": outlook_web, "Gmail web": gmail_web, "Gmail phone": gmail_phone,
    "Apple Mail": apple_mail, "iPhone": iphone, "Thunderbird text": thunderbird_plain,
    "Thunderbird page": thunderbird_html, "mutt": mutt, "Samsung": samsung,
}  # fmt: skip
BETWEEN = ("Outlook desktop", "Outlook web", "Gmail web", "Apple Mail", "Thunderbird text", "Thunderbird page", "mutt")
"""The programs in which people answer between quoted lines. The others only quote below."""
