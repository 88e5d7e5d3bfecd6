"""Examine the templates: can every kind of mail be written?"""

from __future__ import annotations

from collections.abc import Iterator

from incidentmail.app.context import AppContext
from incidentmail.app.samples.list_mails import sample_mails
from incidentmail.app.samples.pages import sample_pages
from incidentmail.app.samples.unused import unused_templates
from incidentmail.core.frozen import replace
from incidentmail.errors import RenderError
from incidentmail.templating import Templates

from .finding import Finding, failed, ok, warning

CHECK = "templates"


def mail_templates(context: AppContext) -> Iterator[Finding]:
    """Yield findings on whether every kind of mail can be written with the operator's templates."""
    folder = context.templates.overrides
    try:
        strict = replace(context, templates=Templates(folder))
        mails = sample_mails(strict)
        if context.config.settings.publish.folders:
            sample_pages(strict)
    except RenderError as error:
        yield failed(CHECK, error, cure="'incidentmail template check' tries all of them")
        return
    unused = unused_templates(context)
    if unused:
        yield warning(CHECK, f"{unused[0]} is used by nothing", "'incidentmail template list' names the templates")
        return
    yield ok(CHECK, f"all {len(mails)} kinds of mail can be written{f', with yours in {folder}' if folder else ''}")
