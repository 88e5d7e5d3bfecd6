"""Find the configuration file, read it, and parse it as TOML. Also find the example file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

from incidentmail.errors import ConfigError

SYSTEM_FILE = Path("/etc/incidentmail/config.toml")
"""The configuration of the service, used by everybody who has none of their own."""


def find_config(explicit: str | None) -> Path | None:
    """Return the path of the configuration file, or None if there is none.

    This is the file named by `--config` or $INCIDENTMAIL_CONFIG, otherwise the user's own file, or else the one in
    /etc.

    The working directory is never searched. Raise ConfigError if a named file does not exist or a directory cannot be
    read.
    """
    named = explicit or os.environ.get("INCIDENTMAIL_CONFIG")
    if named:
        path = Path(named)
        if not path.is_file():
            raise ConfigError(f"there is no configuration file {path}", hint="check --config or $INCIDENTMAIL_CONFIG")
        return path
    try:
        return next((path for path in usual_places() if path.is_file()), None)
    except OSError as error:
        raise ConfigError(
            f"{error.filename}: {error.strerror}", hint="check the owner and mode of its folder"
        ) from error


def read_text(path: Path) -> str:
    """Return the text of the file.

    Raise ConfigError if it cannot be read, is not UTF-8, or is writable by everybody.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        is_open = path.stat().st_mode & 0o002
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}", hint="check its owner and mode") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} is not written in UTF-8", hint="save it as UTF-8") from error
    if is_open:  # the file names commands that we run, so only its owner may change it
        raise ConfigError(f"{path} can be changed by everybody", hint=f"chmod o-w {path}")
    return text


def parsed(text: str, path: Path) -> dict[str, object]:
    """Return the tables in the text. If it is not TOML, raise a ConfigError that names the line."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error)[:1].lower() + str(error)[1:]
        raise ConfigError(
            f"{path} is not valid TOML: {reason}",
            hint="text needs quotes, such as address = \"incidents@example.com\"; 'incidentmail config example' shows "
            "every key",
        ) from error


def usual_places() -> Iterator[Path]:
    """Yield the default paths of the configuration. None of them depends on the working directory."""
    if (user := default_path()).is_absolute():
        yield user
    yield SYSTEM_FILE


def default_path() -> Path:
    """Return the path of this user's configuration."""
    import platformdirs

    return Path(platformdirs.user_config_dir("incidentmail")) / "config.toml"


def example_text() -> str:
    """Return the text of the example configuration, which shows every key.

    It comes from the installed package, otherwise from the checkout.

    Raise ConfigError if it is missing.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package, package.parent):
        if (path := folder / "config.example.toml").is_file():
            return path.read_text(encoding="utf-8")
    raise ConfigError("the example of the configuration is missing", hint="install incidentmail again")
