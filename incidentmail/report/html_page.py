"""Render an HTML page from the templates in templates/page/: one file without scripts or references to other files.

To add a page, write a template that starts with `{% extends "page/base.html.j2" %}` and fills its blocks `title`,
`links`, `nav`, `main` and `foot`. Then `html_page(templates, "page/mine.html.j2", {"figures": ...})` returns the page.
The values are escaped, except pictures (report/picture/), which are `Markup`. The style sheet defines these classes:
`facts` (a list of large figures), `rows` (a table of facts), `state`, `timeline`, `cards`, `badge`, `quiet`, `small`,
and `wide` and `narrow` for pictures. Elements have no `style` attribute, because the page's policy forbids it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from markupsafe import Markup

from incidentmail.templating import Templates

STYLE = "page/style.css.j2"


def html_page(templates: Templates, name: str, values: Mapping[str, object]) -> str:
    """Return the page rendered from the template `name`. Raise RenderError if rendering fails.

    The page's content security policy allows only its own style sheet, by hash. So even a mistake in an organisation's
    template cannot make a browser load or run anything.
    """
    style = style_sheet(templates)
    return templates.page(name, {**values, "style": Markup(style), "policy": content_policy(style)}) + "\n"


def style_sheet(templates: Templates) -> str:
    """Return the style sheet of our pages. Its text cannot end the `style` element that contains it."""
    return templates.page(STYLE, {}).replace("</", "<\\/")


def content_policy(style: str) -> str:
    """Return the content security policy of a page with this style sheet.

    >>> content_policy("p { margin: 0 }")[:52]
    "default-src 'none'; style-src 'sha256-7IWhgxoOGTB5NQ"
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
