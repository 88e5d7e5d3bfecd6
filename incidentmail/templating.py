"""The Jinja environment: where templates are found, and the filters they use.

Mail text is only ever a variable (never a template), and a name that does not exist is an error, not an empty string.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from incidentmail.core.text import paragraphs
from incidentmail.errors import RenderError

if TYPE_CHECKING:
    from jinja2 import Environment


def templates_root() -> Path:
    """The built-in templates: inside the package when installed, beside it in a checkout. RenderError if neither."""
    package = Path(__file__).resolve().parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "email").is_dir():
            return folder
    raise RenderError("the built-in templates are missing", hint="install incidentmail again")


class Templates:
    """Text templates by name; files in `overrides` go before the built-in ones."""

    def __init__(self, overrides: Path | None = None) -> None:
        self._folders = [folder for folder in (overrides, templates_root()) if folder is not None]
        self._environment: Environment | None = None

    def text(self, name: str, values: Mapping[str, object]) -> str:
        """The text of template `name`: clean lines, at most one blank line in a row, no line end at the end.

        Raises RenderError naming the template, its line and what is wrong.
        """
        return paragraphs(self._render(name, values))

    def page(self, name: str, values: Mapping[str, object]) -> str:
        """The HTML of template `name`; whatever is not the template's own is escaped. Raises RenderError."""
        return self._render(name, values).strip()

    def _render(self, name: str, values: Mapping[str, object]) -> str:
        try:
            return self._jinja().get_template(name).render(values)
        except Exception as error:  # a template is the operator's code: it may raise anything
            raise RenderError(
                f"template {name}{_line_of(error, name)}: {error or type(error).__name__}",
                hint="mend the file in your templates folder, or take it out to use the built-in one",
            ) from error

    def _jinja(self) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        if self._environment is None:
            self._environment = Environment(
                loader=FileSystemLoader([str(folder) for folder in self._folders]),
                undefined=StrictUndefined,
                autoescape=lambda name: name is not None and name.endswith((".html", ".html.j2")),
                trim_blocks=True,
                lstrip_blocks=True,
                keep_trailing_newline=False,
            )
        return self._environment


def _line_of(error: Exception, name: str) -> str:
    """` line 7`, where the error names a line of the template; Jinja puts the template's own frames into tracebacks."""
    from jinja2 import TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return f" line {error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(name)]
    return f" line {frames[-1].lineno}" if frames else ""
