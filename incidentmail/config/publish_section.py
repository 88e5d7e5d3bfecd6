"""Define the section `[publish]`: where web pages are written, and what they say about the organisation."""

# The annotations are needed at run time, so this module does not use "from __future__ import annotations".

import re
from pathlib import Path
from typing import Annotated, Literal

from incidentmail.core.frozen import field
from incidentmail.core.lazy_pattern import lazy_pattern
from incidentmail.errors import ConfigError

from .description import Form, Section
from .value_types import AbsolutePath, Line, line

PLACE = "{message_id}"
_URL = lazy_pattern(r"https?://[^\s/?#@\"'<>]+(?:/[^\s\"'<>]*)?", re.ASCII)


def site_url(value: object) -> str:
    """Return `value` as the URL of a directory on the web."""
    found = line(value)
    if not _URL.fullmatch(found) or "?" in found or "#" in found:
        raise ValueError("write the address of the first page's folder, such as 'https://incidents.example.com/'")
    return found


def archive_url(value: object) -> str:
    """Return `value` as the URL of a message in the list's archive, with a placeholder for the Message-ID."""
    found = line(value)
    if not _URL.fullmatch(found) or found.count(PLACE) != 1 or re.search(r"[{}]", found.replace(PLACE, "")):
        raise ValueError(f"write an address with {PLACE} in it, such as 'https://lists.example.com/search?q={PLACE}'")
    return found


def heading(value: object) -> str:
    """Return `value` as a title, or as the name of a component, for web pages."""
    if not (found := line(value)):
        raise ValueError("it is empty; write what the page shows")
    return found


Heading = Annotated[str, Form(heading)]


class PublishSection(Section):
    folder: AbsolutePath | None = None
    public: AbsolutePath | None = None
    url: Annotated[str, Form(site_url)] | None = None
    public_url: Annotated[str, Form(site_url)] | None = None
    archive: Annotated[str, Form(archive_url)] | None = None
    title: Heading = "Incidents"
    public_title: Heading = "Status"
    drills: Literal["marked", "left out"] = "marked"
    components: dict[Heading, tuple[Line, ...]] = field(default_factory=dict)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The directories into which pages are written."""
        return tuple(folder for folder in (self.folder, self.public) if folder is not None)


def check_publish(publish: PublishSection) -> None:
    """Raise ConfigError if one directory contains the other, as the public could read the organisation's pages."""
    if publish.folder is None or publish.public is None:
        return
    inner, public = publish.folder.resolve(), publish.public.resolve()
    if inner == public or inner in public.parents or public in inner.parents:
        raise ConfigError(
            "[publish] folder and public are one folder, or one is in the other, so the public could read everything",
            hint='give each a folder of its own: folder = "/srv/incidents", public = "/srv/status"',
            keys=("publish", "public"),
        )
