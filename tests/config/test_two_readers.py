"""The configuration has one description and two parsers, the quick one and pydantic, which always agree."""

from __future__ import annotations

import copy
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.config.description import read
from incidentmail.config.faults import checked
from incidentmail.config.sections import Settings
from incidentmail.errors import ConfigError

EXAMPLE: Final = (Path(__file__).parents[2] / "config.example.toml").read_text(encoding="utf-8")
EVERY_KEY: Final = tomllib.loads(re.sub(r"^# (?=\w+ = |\[|\"\w+@)", "", EXAMPLE, flags=re.M))
ODD: Final[tuple[Any, ...]] = (
    0, -1, 3, 1000, 3.0, True, "", "x", "3", "20s", "never", "member", "unix", "UTC", "a@example.com", "127.0.0.1:25",
    [], [[]], [3], ["x"], ["a@example.com", "x"], {}, {"x": 1}, {"level": 1}, {"name": "x"},
    [{"level": 1, "name": "x"}], date(2026, 11, 20),
)  # fmt: skip


def tables(value: Any) -> list[Any]:
    """Yield every table and list in `value`, including `value` itself."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [value, *(found for part in below for found in tables(part))] if isinstance(value, dict | list) else []


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Generate a file with every key, in which some values differ, some keys are missing, and some are added."""
    file = copy.deepcopy(EVERY_KEY)
    for _ in range(draw(st.integers(0, 3))):
        table = draw(st.sampled_from(tables(file)))
        keys = list(table) if isinstance(table, dict) else list(range(len(table)))
        odd = copy.deepcopy(draw(st.sampled_from(ODD)))
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "replace" if keys:
                table[draw(st.sampled_from(keys))] = odd
            case "remove" if keys:
                del table[draw(st.sampled_from(keys))]
            case _ if isinstance(table, dict):
                table[draw(st.sampled_from(["from", "from_", "name", "mute", "x", ""]))] = odd
            case _:
                table.append(odd)
    return file


def test_a_file_with_every_key_is_read_quickly() -> None:
    assert read(Settings, EVERY_KEY) == checked(EVERY_KEY, "config.toml")


@given(files())
def test_the_quick_reader_takes_what_pydantic_takes_and_nothing_else(file: dict[str, Any]) -> None:
    try:
        expected = checked(file, "config.toml")
    except ConfigError:
        with pytest.raises(ValueError):
            read(Settings, file)
    else:
        assert read(Settings, file) == expected
