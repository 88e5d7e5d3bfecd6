"""Find and render Jinja templates.

Text from messages is passed only as a variable, never as a template. An undefined name is an error rather than an empty
string.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from incidentmail.core.text import paragraphs

from .errors import RenderError

if TYPE_CHECKING:
    from jinja2 import Environment

OPTIONS: Final[dict[str, Any]] = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": False}
ESCAPED: Final = (".html", ".html.j2")
"""The suffixes of template names for which all values are escaped."""


def templates_root() -> Path:
    """Return the directory of the built-in templates: inside the installed package, or beside it in a checkout.

    Raise RenderError if neither directory exists.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "email").is_dir():
            return folder
    raise RenderError("the built-in templates are missing", hint="install incidentmail again")


class Templates:
    """A collection of templates, keyed by name. Files in `overrides` replace the built-in ones.

    If `strict` is true, a fault in an override is raised. Otherwise the built-in template is used, because the mail
    must be sent, and `take_faults` returns the fault.
    """

    def __init__(self, overrides: Path | None = None, *, strict: bool = True) -> None:
        self.overrides = overrides
        self._strict = strict
        self._faults: list[RenderError] = []
        self._environments: dict[bool, Environment] = {}

    def text(self, name: str, values: Mapping[str, object]) -> str:
        """Render template `name` as text: clean lines, at most one blank line in a row, and no newline at the end.

        If that fails, raise a RenderError that names the template, the line and the fault.
        """
        return self._rendered(name, values, paragraphs)

    def page(self, name: str, values: Mapping[str, object]) -> str:
        """Render template `name` as HTML, with all values escaped. Raise RenderError like `text`."""
        return self._rendered(name, values, str.strip)

    def data(self, name: str, values: Mapping[str, object]) -> str:
        """Render template `name` as data for another program. Raise RenderError like `text`.

        A fault is always raised, because the other program could not use the built-in form instead.
        """
        return self._render(name, values, built_in=False).strip()

    def take_faults(self) -> tuple[RenderError, ...]:
        """Return the distinct faults of overrides since the last call, and clear them."""
        faults, self._faults = {str(fault): fault for fault in self._faults}, []
        return tuple(faults.values())

    def names(self) -> tuple[str, ...]:
        """Return the names of all built-in templates."""
        root = templates_root()
        return tuple(sorted(path.relative_to(root).as_posix() for path in root.rglob("*.j2")))

    def file(self, name: str) -> Path:
        """Return the path of the file for template `name`. Raise RenderError if there is no such template."""
        is_known = name in self.names()  # otherwise a name could lead out of the folder
        found = next((path for folder in self._folders() if is_known and (path := folder / name).is_file()), None)
        if found is None:
            raise RenderError(f"there is no template {name}", hint="'incidentmail template list' names them")
        return found

    def is_overridden(self, name: str) -> bool:
        return self.overrides is not None and (self.overrides / name).is_file()

    def _rendered(self, name: str, values: Mapping[str, object], clean: Callable[[str], str]) -> str:
        try:
            return clean(self._render(name, values, built_in=False))
        except RenderError as fault:
            if self._strict or self.overrides is None:
                raise
            self._faults.append(fault)
        return clean(self._render(name, values, built_in=True))

    def _render(self, name: str, values: Mapping[str, object], *, built_in: bool) -> str:
        try:
            return self._jinja(built_in=built_in).get_template(name).render(values)
        except Exception as error:  # an override is the operator's own code, which may raise anything
            raise RenderError(
                f"template {self._place_of(error, name)}: {error or type(error).__name__}",
                hint="correct the file in your templates folder, or take it out to use the built-in one",
            ) from error

    def _folders(self) -> list[Path]:
        return [folder for folder in (self.overrides, templates_root()) if folder is not None]

    def _place_of(self, error: Exception, name: str) -> str:
        """Return the place of an error, such as `NAME line 7`, from the template frames in Jinja's tracebacks.

        The place is in the innermost template, which may be one that `name` extends.
        """
        import traceback

        from jinja2 import TemplateSyntaxError

        if isinstance(error, TemplateSyntaxError):
            return f"{error.name or name} line {error.lineno}"
        known = {str(folder / one): one for folder in self._folders() for one in self.names()}
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in known]
        return f"{known[frames[-1].filename]} line {frames[-1].lineno}" if frames else name

    def _jinja(self, *, built_in: bool) -> Environment:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        from .compiled_templates import CompiledTemplates

        if built_in not in self._environments:
            folders = [templates_root()] if built_in else self._folders()
            self._environments[built_in] = Environment(
                loader=FileSystemLoader([str(folder) for folder in folders]),
                undefined=StrictUndefined,
                autoescape=lambda name: name is not None and name.endswith(ESCAPED),
                bytecode_cache=CompiledTemplates(templates_root(), repr((OPTIONS, ESCAPED))),
                **OPTIONS,
            )
        return self._environments[built_in]
