"""What HTML would cost its parser: counted before the parser sees it, in linear time.

Where a tag ends depends on what stands before it: a quote in a script or a comment is none. So each `<` that could
begin a tag is followed to the end that it would have (HTML Living Standard, 13.2.5.6 to 13.2.5.40): whichever of them
the parser takes for tags, it finds no more attributes than are counted here.
"""

from __future__ import annotations

import re

from .limits import HTML_ATTRIBUTES_MAX, HTML_ELEMENT_ATTRIBUTES_MAX, HTML_TAG_CHARS_MAX, HTML_TAGS_MAX

_START = re.compile(r"</?(?=[a-zA-Z])")
_NAME = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_VALUE = r"""(?:"[^"]*+"?|'[^']*+'?|[^\t\n\f\r >"'][^\t\n\f\r >]*+)?"""
_ATTRIBUTE = re.compile(rf"[\t\n\f\r /]*+{_NAME}(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+{_VALUE})?+")
_TAG = re.compile(rf"([^\t\n\f\r />]++)((?:{_ATTRIBUTE.pattern})*+)")
# The attributes of later ones are added to those of the first (13.2.6.4.7).
_MERGED = frozenset(("html", "body"))


def tags_read(html: str) -> str:
    """Return `html` up to its HTML_TAGS_MAX-th `<`: what follows is not read.

    >>> tags_read("<p>sev 1" + "<br>" * 6_000).count("<")
    5999
    """
    return "<".join(html.split("<", HTML_TAGS_MAX)[:HTML_TAGS_MAX])


def html_exceeded(html: str) -> str | None:
    """Return the name of the first bound that the tags of `html` exceed, or None.

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
