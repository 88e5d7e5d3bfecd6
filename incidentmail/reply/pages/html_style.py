"""Determine whether a reader can see an element's text.

Text is invisible if it is hidden, off the screen, tiny, struck out or the same colour as its background.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

FONT_PX_MIN = 4.0  # smaller letters are not meant to be read
CONTRAST_MIN = 48  # the sum of the differences of red, green and blue, of 765
_STRUCK = frozenset(("s", "strike", "del"))
_GONE = re.compile(
    r"(?:^|;)(?:display:none|mso-hide:all|opacity:0(?:\.0*)?(?:;|!|$)|max-height:0(?:px|pt|em|%)?(?:;|!|$)"
    r"|(?:left|top|right|text-indent|margin-left|margin-top):-\d{3,6}(?:px|pt|em|rem|%|vw)"
    r"|(?:clip:rect\(0|clip:rect\(1px|clip-path:inset\((?:50|100)%)|transform:scale\(0"
    r"|text-decoration(?:-line)?:[^;]{0,40}line-through)"
)
_NO_SIZE = re.compile(r"(?:^|;)(?:height|width):0(?:px|pt|em|%)?(?:;|!|$)")
_VISIBILITY = re.compile(r"(?:^|;)visibility:(hidden|collapse|visible)")
_FONT_SIZE = re.compile(r"(?:^|;)font-size:(\d{0,4}(?:\.\d{1,6})?)(px|pt|em|rem|%|)(?:;|!|$)")
_COLOUR = re.compile(r"(?:^|;)color:([#a-z0-9(),.%]{3,40})")
_BACKGROUND = re.compile(r"(?:^|;)background(?:-color)?:([#a-z0-9(),.%]{3,40})")
_RGB = re.compile(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,([\d.]{1,8}))?\)")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_NAMED = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240)}
_UNITS_PX = {"px": 1.0, "": 1.0, "pt": 4 / 3, "rem": 16.0}

_Colour = tuple[int, int, int]


class Style(NamedTuple):
    """The style that an element passes on to its descendants: colours, size and visibility (CSS 2.1)."""

    colour: _Colour | None = (0, 0, 0)
    background: _Colour = (255, 255, 255)
    shown: bool = True
    font_px: float = 16.0

    @property
    def is_seen(self) -> bool:
        """Whether a reader can see text in this style."""
        if not self.shown or self.font_px < FONT_PX_MIN or self.colour is None:
            return False
        return sum(abs(a - b) for a, b in zip(self.colour, self.background, strict=True)) >= CONTRAST_MIN


def is_gone(tag: str, attributes: Mapping[str, str], style: str) -> bool:
    """Return whether the text of the element is hidden or deleted. `style` is in lower case, without spaces.

    >>> is_gone("s", {}, ""), is_gone("p", {}, "display:none"), is_gone("p", {}, "color:red")
    (True, True, False)
    """
    if tag in _STRUCK or "hidden" in attributes:
        return True
    if not style:
        return False
    return _GONE.search(style) is not None or ("overflow:hidden" in style and _NO_SIZE.search(style) is not None)


def inherit(outer: Style, attributes: Mapping[str, str], style: str) -> Style:
    """Return the style of an element whose parent has the style `outer`.

    >>> inherit(Style(), {}, "color:#fff").is_seen, inherit(Style(), {}, "color:#fff;background:#000").is_seen
    (False, True)
    """
    colour, background, shown, font_px = outer
    if "bgcolor" in attributes:
        background = _colour(attributes["bgcolor"].strip().lower(), background) or background
    if "color" in attributes:
        colour = _colour(attributes["color"].strip().lower(), colour)
    if style:
        found = _BACKGROUND.search(style)
        background = (_colour(found[1], background) or background) if found else background
        found = _COLOUR.search(style)
        colour = _colour(found[1], colour) if found else colour
        found = _VISIBILITY.search(style)
        shown = found[1] == "visible" if found else shown
        found = _FONT_SIZE.search(style)
        font_px = _size(found[1], found[2], font_px) if found else font_px
    return Style(colour, background, shown, font_px)


def _colour(text: str, otherwise: _Colour | None) -> _Colour | None:
    """Return red, green and blue, None for transparent, or `otherwise` for other notations."""
    if text in _NAMED:
        return _NAMED[text]
    if text == "transparent":
        return None
    if _HEX.fullmatch(text) is not None:
        digits = text[1:] if len(text) == 7 else "".join(c * 2 for c in text[1:])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    rgb = _RGB.fullmatch(text)
    if rgb is None:
        return otherwise
    if rgb[4] is not None and rgb[4].strip("0.") == "":
        return None
    return int(rgb[1]), int(rgb[2]), int(rgb[3])


def _size(number: str, unit: str, outer: float) -> float:
    value = float(number) if number.strip(".") else 0.0
    if unit in ("em", "%"):
        return value * outer / (100 if unit == "%" else 1)
    return value * _UNITS_PX[unit]
