"""Build an SVG image from simple shapes, escaping all text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

WIDE, NARROW = 780, 320
"""The widths of pictures on pages, in pixels: for large screens and for phones."""
FONT_PX = 14
_LETTER_PX = 7.6
"""The average width of a letter at this size in common fonts, rounded up."""
_TEXTS = 2
"""The number of elements that precede the shapes of an image: its title and its description."""
Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


class Drawing:
    """An SVG image, `width` pixels wide. Its colours are CSS classes from the style sheet of our pages.

    `name` is unique on the page. `title` names the subject, and `description` describes the image in sentences. Screen
    readers read both aloud.

    >>> image = Drawing(10, "x", title="One <line>", description="It rises.")
    >>> image.path([(0, 4), (10, 0)], "line")
    >>> print(image.markup(height=4))
    <svg viewBox="0 0 10 4" width="10" height="4" class="picture" role="img" aria-labelledby="x-title x-desc"><title \
id="x-title">One &lt;line&gt;</title><desc id="x-desc">It rises.</desc><path d="M0 4L10 0" class="line" /></svg>
    """

    def __init__(self, width: int, name: str, *, title: str, description: str) -> None:
        self.width = width
        self._root = Element("svg")
        self._labels = f"{name}-title {name}-desc"
        SubElement(self._root, "title", id=f"{name}-title").text = title
        SubElement(self._root, "desc", id=f"{name}-desc").text = description

    def rect(
        self, x: float, y: float, width: float, height: float, style: str, *, radius: float = 0, behind: bool = False
    ) -> None:
        """Draw a rectangle in front of the existing shapes or, if `behind` is true, behind all of them."""
        shape = self._add("rect", style, x=x, y=y, width=max(width, 0), height=height)
        if radius:
            shape.set("rx", _number(radius))
        if behind:
            self._root.remove(shape)
            self._root.insert(_TEXTS, shape)

    def path(self, points: Sequence[Point], style: str, *, closed: bool = False) -> None:
        """Draw straight lines through `points`, back to the first one if `closed` is true."""
        steps = "L".join(f"{_number(x)} {_number(y)}" for x, y in points)
        SubElement(self._root, "path", {"d": f"M{steps}{'Z' if closed else ''}", "class": style})

    def circle(self, x: float, y: float, radius: float, style: str) -> None:
        self._add("circle", style, cx=x, cy=y, r=radius)

    def text(self, x: float, y: float, text: str, style: str = "", *, anchor: Anchor = "start") -> None:
        """Write `text` with its baseline at `y`."""
        element = self._add("text", style, x=x, y=y)
        if anchor != "start":
            element.set("text-anchor", anchor)
        element.text = text

    def text_within(self, x: float, y: float, width: float, texts: Sequence[str], style: str = "") -> None:
        """Write the first of `texts` that fits `width`, or else as much of the last one as fits, if anything."""
        fitting = next((text for text in texts if text_px(text) <= width), None)
        shown = fitting if fitting is not None else shortened(texts[-1], width)
        if shown:
            self.text(x, y, shown, style)

    def markup(self, *, height: float) -> Markup:
        """Return the image as HTML."""
        size = {"viewBox": f"0 0 {self.width} {_number(height)}", "width": str(self.width), "height": _number(height)}
        named = {"class": "picture", "role": "img", "aria-labelledby": self._labels}
        self._root.attrib = {**size, **named}
        return Markup(tostring(self._root, encoding="unicode"))

    def _add(self, tag: str, style: str, **numbers: float) -> Element:
        attributes = {name: _number(number) for name, number in numbers.items()}
        return SubElement(self._root, tag, {**attributes, **({"class": style} if style else {})})


def text_px(text: str) -> float:
    """Return the approximate width of `text` in pixels. Chinese, Japanese and Korean characters count double."""
    return sum(2 * _LETTER_PX if east_asian_width(letter) in "WF" else _LETTER_PX for letter in text)


def shortened(text: str, width: float) -> str:
    """Return as much of `text` as fits in `width` pixels, with an ellipsis, or "" if almost nothing fits.

    >>> shortened("Alícia Soler", 60), shortened("Alícia Soler", 9)
    ('Alícia…', '')
    """
    if text_px(text) <= width:
        return text
    kept = text
    while kept and text_px(kept) + _LETTER_PX > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if len(kept) > 1 else ""


def _number(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
