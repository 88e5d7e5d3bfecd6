"""Estimate how expensive it would be to parse some HTML, and whether parsing it is needed at all.

Where a tag ends depends on the text before it: a quote in a script or a comment does not count as a quote. So each `<`
that could start a tag is followed to the end that this tag would have (HTML Living Standard, 13.2.5.6 to 13.2.5.40).
Whichever of these the parser treats as tags, it finds no more attributes than are counted here. This takes linear time.
"""

from __future__ import annotations

import re

from .limits import HTML_ATTRIBUTES_MAX, HTML_ELEMENT_ATTRIBUTES_MAX, HTML_TAG_CHARS_MAX, HTML_TAGS_MAX

_START = re.compile(r"</?(?=[a-zA-Z])")
_NAME = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_VALUE = r"""(?:"[^"]*+"?|'[^']*+'?|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?"""
_ATTRIBUTE = re.compile(rf"[\t\n\f\r /]*+{_NAME}(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+{_VALUE})?+")
_TAG = re.compile(rf"([^\t\n\f\r />]++)((?:{_ATTRIBUTE.pattern})*+)")
STUB_CHARS_MAX = 400  # a longer text part has content of its own
_STUB_WORDS = (
    "this is an html",
    "viewer", "view this", "view the", "view it", "to read", "to view", "support", "client", "capable",
    "enable", "display", "html version", "html format", "html only", "html-only", "anzeigen", "darstell",
    "programm", "affich", "lire", "messagerie", "visualiz", "visualis", "leer", "versión", "weergeven", "visa ",
    "vise", "wyświetl", "zobraz", "просмотр",
)  # fmt: skip
SIGNATURES = (
    "gmail_signature",
    "moz-signature",
    "protonmail_signature_block",
    "ms-outlook-mobile-signature",
    "applemailsignature",
    "composer_signature",
    "outlook-signature",
    "outlooksignature",
    "tutanota_signature",
    "messagesignaturesection",
    "_mailautosig",
    "yahoo-signature",
    "yahoo_signature",
    "ydpsignature",
    "zimbra-signature",
    "zmail_signature",
    "spark_signature",
    "sparksignature",
    "mailspring-signature",
    "edo-signature",
    "fastmail-signature",
    "k9mail-signature",
    "hs_signature",
    "front-signature",
    "signature_editable",
    "rc_signature",
    "_rc_sig",
)
"""The classes and ids, in lower case, that mail programs give to the element of a signature."""
_SIGNATURE_ID = re.compile(r"(?:id|class|name)=[\"']?(?:x_)*signature[\"'\s>]")
_WRAPPED_VALUE = re.compile(
    r"^(?=[^\n]{55,100}$)[^\s>＞:：][^:：\n]{0,48}[:：][^\n]*\n(?=[^\s>＞])",
    re.MULTILINE,
)
# Elements whose later attributes are added to those of the first one (13.2.6.4.7).
_MERGED = frozenset(("html", "body"))


def tags_read(html: str) -> str:
    """Return `html` up to the HTML_TAGS_MAX-th `<`. The rest is not parsed.

    >>> tags_read("<p>sev 1" + "<br>" * 6_000).count("<")
    5999
    """
    return "<".join(html.split("<", HTML_TAGS_MAX)[:HTML_TAGS_MAX])


def html_exceeded(html: str) -> str | None:
    """Return the name of the first limit that the tags of `html` exceed, or None.

    >>> html_exceeded("<p class=x>sev 1</p>")
    >>> html_exceeded("<p " + "".join(f" a{n}" for n in range(501)) + ">sev 1</p>")
    'HTML_ELEMENT_ATTRIBUTES_MAX'
    """
    html = tags_read(html)
    attributes = chars = 0
    merged = dict.fromkeys(_MERGED, 0)
    for start in _START.finditer(html):
        tag = _TAG.match(html, start.end())
        if tag is None:
            continue
        chars += tag.end() - tag.start()
        if chars > HTML_TAG_CHARS_MAX:
            return "HTML_TAG_CHARS_MAX"
        of_element = len(_ATTRIBUTE.findall(html, *tag.span(2)))
        attributes += of_element
        name = tag[1].lower()
        if name in merged:
            merged[name] = of_element = merged[name] + of_element
        if of_element > HTML_ELEMENT_ATTRIBUTES_MAX:
            return "HTML_ELEMENT_ATTRIBUTES_MAX"
        if attributes > HTML_ATTRIBUTES_MAX:
            return "HTML_ATTRIBUTES_MAX"
    return None


def may_have_wrapped_value(text: str) -> bool:
    """Return whether a `Key: value` line of a text is long enough to have been wrapped, and another line follows it.

    >>> may_have_wrapped_value("Impact: about one in five card payments in Germany fails, and all\\nrefunds")
    True
    >>> may_have_wrapped_value("Impact: card payments fail\\nBo")
    False
    """
    return _WRAPPED_VALUE.search(text) is not None


def marks_signature(html: str) -> bool:
    """Return whether the class or id of an element marks a signature.

    >>> marks_signature('<div id="Signature">Bo</div>'), marks_signature("<p>a signature</p>")
    (True, False)
    """
    lower = html.lower()
    return "sig" in lower and (any(name in lower for name in SIGNATURES) or _SIGNATURE_ID.search(lower) is not None)


def is_stub(text: str) -> bool:
    """Return whether a text part only says that the message has to be viewed as HTML.

    >>> is_stub("This email requires an HTML viewer to be read."), is_stub("The HTML page of the shop is down.")
    (True, False)
    """
    if len(text) > STUB_CHARS_MAX:
        return False
    folded = text.casefold()
    return "html" in folded and any(word in folded for word in _STUB_WORDS)
