"""Find files in the organisation's templates folder that nothing uses, probably because they are misspelt."""

from __future__ import annotations

from pathlib import Path

from incidentmail.app.context import AppContext
from incidentmail.report.hooks.body import template_file


def unused_templates(context: AppContext) -> list[Path]:
    """Return the files in the templates folder that neither replace a built-in template nor belong to a hook."""
    folder = context.templates.overrides
    if folder is None:
        return []
    of_hooks = {template_file(hook.template) for hook in context.config.settings.hook if hook.template}
    used = {*context.templates.names(), *of_hooks}
    return [path for path in sorted(folder.rglob("*.j2")) if path.relative_to(folder).as_posix() not in used]
