"""Read and write the file of users who may submit mail.

Each line is `name:scrypt$salt$hash`, and never contains a password.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

from incidentmail.errors import ConfigError

# scrypt (RFC 7914): 16 MiB and about 40 ms for each attempt.
_COST: Final = {"n": 2**14, "r": 8, "p": 1}
_SALT_BYTES, _HASH_BYTES = 16, 32
_LINE = re.compile(r"([^:\s]{1,254}):scrypt\$([A-Za-z0-9+/=]{24})\$([A-Za-z0-9+/=]{44})")


def hashed(name: str, password: str) -> str:
    """Return the line of the users file for this name and password, with a new salt.

    Raise ValueError if the file cannot contain such a name.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    line = f"{name}:scrypt${_text(salt)}${_text(_hash(password.encode(), salt))}"
    if not _LINE.fullmatch(line):
        raise ValueError("a name has no space and no colon")
    return line


class Users:
    """The users who may log in. `reload` loads the file again, keeping the old users if that fails."""

    def __init__(self, path: Path) -> None:
        """Load the file. Raise ConfigError if the file cannot be used or is readable by everybody."""
        self._path = path
        self._known = self._read()
        self._decoy = (secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_HASH_BYTES))

    def reload(self) -> None:
        """Load the file again. Raise ConfigError if it cannot be used."""
        self._known = self._read()

    def check(self, name: bytes, password: bytes) -> bool:
        """Return whether the password is correct. Checking an unknown name takes the same time."""
        salt, expected = self._known.get(name, self._decoy)
        return hmac.compare_digest(_hash(password, salt), expected)

    def _read(self) -> dict[bytes, tuple[bytes, bytes]]:
        try:
            text = self._path.read_text(encoding="utf-8")
            is_open = self._path.stat().st_mode & 0o007
        except (OSError, UnicodeDecodeError) as error:
            raise self._wrong("cannot be read") from error
        if is_open:
            raise self._wrong("can be read by everybody", "chmod 0640, and the group of the service")
        known = {}
        for number, line in enumerate(text.splitlines(), start=1):
            if line and not line.startswith("#"):
                if not (found := _LINE.fullmatch(line)):
                    raise self._wrong(f"has something else in line {number}")
                known[found[1].encode()] = (b64decode(found[2]), b64decode(found[3]))
        return known

    def _wrong(self, what: str, hint: str = "each line is what 'incidentmail password NAME' prints") -> ConfigError:
        return ConfigError(f"[listen] users: {self._path} {what}", hint=hint)


def _hash(password: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(password, salt=salt, dklen=_HASH_BYTES, maxmem=64 * 1024 * 1024, **_COST)


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")
