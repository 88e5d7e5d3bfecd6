"""Convert a reply sent only as HTML into the lines that a reader sees, with `> ` before each quoted line.

Mail programs mark quotations by class, id or type. These marks become `>`, so that `cut.py` handles only one form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from incidentmail.inbound.markup import SIGNATURES, tags_read

from .html_style import Style, inherit, is_gone

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

HTML_CHARS_MAX = 1_000_000
QUOTE_DEPTH_MAX = 10
SIGNATURES_MAX = 3
SIGNATURE_CHARS_MAX = 4_000

# Unclosed formatting elements are reopened in every later block (HTML Living Standard, 13.2.4.3), so n tags make n * n
# nodes.
_FORMATTING = re.compile(r"<(/?)(?:a|b|big|code|em|font|i|nobr|small|strong|tt|u)(?=[\s/>])", re.IGNORECASE | re.ASCII)
_STRUCK = re.compile(r"<(/?)(?:s|strike)(?=[\s/>])", re.IGNORECASE | re.ASCII)  # `del` is not a formatting element
_SKIPPED = frozenset({
    "head", "style", "script", "title", "noscript", "template", "select", "option", "textarea", "iframe",
    "object", "embed", "svg", "math", "audio", "video", "canvas", "datalist", "meta", "link", "base", "map",
})  # fmt: skip
_BLOCKS = frozenset({
    "html", "body", "div", "p", "tr", "table", "tbody", "thead", "tfoot", "li", "ul", "ol", "dl", "dt", "dd",
    "pre", "blockquote", "center", "section", "article", "header", "footer", "main", "aside", "nav", "address",
    "form", "fieldset", "figure", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "caption", "details",
    "summary",
})  # fmt: skip
_SPACED = frozenset(("p", "ul", "ol", "dl", "pre", "blockquote", "table", "h1", "h2", "h3", "h4", "h5", "h6"))

# Parts of classes and ids that mark a container of quoted mail.
_QUOTES = (
    "gmail_quote",
    "gmail_attr",
    "yahoo_quoted",
    "yahoo-quoted",
    "protonmail_quote",
    "proton-quote",
    "tutanota_quote",
    "zmail_extra",
    "moz-cite-prefix",
    "moz-forward-container",
    "moz-email-headers-table",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "olk_src_body_section",
    "reply-intro",
    "isreplycontent",
    "isforwardcontent",
    "quoted-mail",
    "quoted_mail",
    "quoted-text",
    "mail_quote",
    "mailquote",
    "front-blockquote",
    "hs_reply",
    "original-message",
    "originalmessage",
)
# Everything after an element with one of these is quoted, because Outlook puts the original next to it, not inside it.
_REST = ("divrplyfwdmsg", "appendonsend", "outlookmessageheader", "replysplit", "stopspelling")
_ZIMBRA_QUOTES = frozenset({"__quoted_text__", "__headers__", "__divider__"})
_WORD_BORDER = re.compile(r"(?:^|;)border:none;border-top:solid")


def html_to_text(html: str) -> str:
    """Return the visible text, line by line, with `> ` before each quoted line. Never raise.

    Nothing after HTML_CHARS_MAX characters or HTML_TAGS_MAX tags is parsed. The time is bounded for HTML that
    `inbound.markup.html_exceeded` accepts.

    >>> html_to_text("<p>sev 1</p><blockquote type=cite>Severity: 4<br>fine</blockquote>")
    'sev 1\\n\\n> Severity: 4\\n> fine'
    """
    page = _read(html)
    return "\n".join(page.lines).strip("\n")


def signature_in(html: str) -> str:
    """Return the text of elements outside quotations that are marked as a signature, or "".

    >>> signature_in('<p>sev 1</p><div id="Signature"><p>Bo</p></div><blockquote><p id=Signature>Al</p></blockquote>')
    'Bo'
    """
    return "\n".join(_read(html).signatures)


def _read(html: str) -> _Page:
    from selectolax.lexbor import LexborHTMLParser  # slow to load, and needed only for HTML

    readable = tags_read(html[:HTML_CHARS_MAX].replace("\x00", "").encode("utf-8", "replace").decode("utf-8"))
    root = LexborHTMLParser(_STRUCK.sub(r"<\1del", _FORMATTING.sub(r"<\1span", readable))).root
    page = _Page()
    if root is not None:
        _walk(root, page)
        page.end_line()
    return page


@dataclass(slots=True)
class _Page:
    """The lines written so far, and the current line."""

    lines: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    depth: int = 0  # quotation depth
    rest: int = 0  # 1 if the rest of the document is quoted, else 0
    style: Style = field(default_factory=Style)
    signatures: list[str] = field(default_factory=list)

    def end_line(self, *, forced: bool = False) -> None:
        """Finish the current line. If it is empty, keep it only if `forced`, for a `br` or a line of a `pre`."""
        text = " ".join("".join(self.parts).split())
        self.parts.clear()
        if text or forced:
            self.lines.append("> " * min(self.depth + self.rest, QUOTE_DEPTH_MAX) + text)

    def space(self) -> None:
        """Leave one empty line above the next block element."""
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * min(self.depth + self.rest, QUOTE_DEPTH_MAX))

    def write(self, text: str, *, preformatted: bool) -> None:
        if not preformatted:
            self.parts.append(text)
            return
        first, *others = text.split("\n")
        self.parts.append(first)
        for line in others:
            self.end_line(forced=True)
            self.parts.append(line)


@dataclass(frozen=True, slots=True)
class _Open:
    """The state to restore when an element ends."""

    tag: str
    depth: int
    preformatted: bool
    style: Style


def _walk(root: LexborNode, page: _Page) -> None:
    """Write all nodes to the page, depth first and without recursion, because markup can be nested thousands deep."""
    node: LexborNode | None = root
    opened: list[_Open] = []
    preformatted = False
    while node is not None:
        descend = False
        if node.is_text_node:
            if page.style.is_seen:
                page.write(node.text_content or "", preformatted=preformatted)
        elif node.is_element_node:
            before = _Open(node.tag or "", page.depth, preformatted, page.style)
            entered = _enter(node, page)
            if entered is not None and node.first_child is not None:
                opened.append(before)
                preformatted = preformatted or entered
                descend = True
            elif entered is not None:
                _leave(before, page)
        if descend:
            node = node.first_child
            continue
        while node is not None and node.next is None and opened:
            node = node.parent
            last = opened.pop()
            preformatted = last.preformatted
            _leave(last, page)
        node = node.next if node is not None and opened else None


def _enter(node: LexborNode, page: _Page) -> bool | None:
    """Begin an element. Return whether white space in it is preserved, or None if its content is skipped."""
    tag = node.tag or ""
    if tag in _SKIPPED:
        return None
    if tag == "br":
        page.end_line(forced=True)
        return None
    attributes = {name: value or "" for name, value in node.attributes.items()}
    style = "".join(attributes.get("style", "").split()).lower() if "style" in attributes else ""
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}".lower()
    if is_gone(tag, attributes, style):
        return None
    if _is_signature(attributes, names):
        if not (page.depth or page.rest) and len(page.signatures) < SIGNATURES_MAX:
            page.signatures.append(node.text(deep=True, separator="\n")[:SIGNATURE_CHARS_MAX].strip())
        return None
    if style or "bgcolor" in attributes or "color" in attributes:
        page.style = inherit(page.style, attributes, style)
    if tag in _BLOCKS:
        page.end_line()
    if tag in _SPACED:
        page.space()
    if any(name in names for name in _REST) or (_WORD_BORDER.search(style) and "para-border-div" not in style):
        page.rest = 1
    if _is_quote(tag, attributes, names) and not (tag == "div" and _is_shared(node, names)):
        page.end_line()
        page.depth += 1
    return tag == "pre" or "white-space:pre" in style


def _leave(opened: _Open, page: _Page) -> None:
    if opened.tag in _BLOCKS or opened.depth != page.depth:
        page.end_line()
    elif opened.tag in ("td", "th"):
        page.parts.append(" ")
    page.depth, page.style = opened.depth, opened.style
    if opened.tag in _SPACED:
        page.space()


def _is_signature(attributes: Mapping[str, str], names: str) -> bool:
    if "sig" not in names:
        return False
    if any(name in names for name in SIGNATURES):
        return True
    return any(attributes.get(key, "").lower().removeprefix("x_") == "signature" for key in ("id", "class"))


def _is_quote(tag: str, attributes: Mapping[str, str], names: str) -> bool:
    if tag == "blockquote" or attributes.get("type", "").lower() == "cite":
        return True
    if attributes.get("data-marker", "").lower() in _ZIMBRA_QUOTES:
        return True
    return any(name in names for name in _QUOTES)


def _is_shared(node: LexborNode, names: str) -> bool:
    """Return whether this is Gmail's container for quotations and the text typed below or between them."""
    if "gmail_quote" not in names:
        return False
    child = node.first_child
    while child is not None and child.tag != "blockquote":
        child = child.next
    return child is not None
