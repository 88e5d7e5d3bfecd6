"""Find the line number of each key in a configuration file, which Python's TOML parser does not report."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence

Keys = tuple[str | int, ...]


def lines_of(text: str) -> dict[Keys, int]:
    """Return a mapping from each table and key of a valid TOML text to the number of its first line (from 1).

    >>> lines_of('[list]\\naddress = "a@example.com"\\n[[severity]]\\nlevel = 1')[("severity", 0, "level")]
    4
    """
    found: dict[Keys, int] = {}
    table: Keys = ()
    counts: dict[Keys, int] = {}
    for number, statement in _statements(text):
        path, is_table, is_repeated = _path(statement)
        if is_table:
            table = path
            if is_repeated:
                counts[path] = counts.get(path, -1) + 1
                table = (*path, counts[path])
            found.setdefault(path, number)
        keys = table if is_table else (*table, *path)
        found[keys] = number
        for size in range(len(table) + 1, len(keys)):  # list.address = "..." begins the table, too
            found.setdefault(keys[:size], number)
    return found


def line_of(keys: Sequence[str | int], lines: Mapping[Keys, int]) -> int | None:
    """Return the line of a key, or else of the nearest table or value around it, or None if there is no such line."""
    places = (tuple(keys[:size]) for size in range(len(keys), 0, -1))
    return next((lines[place] for place in places if place in lines), None)


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield each table header and each key with its value, preceded by the number of its first line."""
    begun, first = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first = first if begun else number
        begun += f"{line}\n"
        try:
            tomllib.loads(begun)
        except tomllib.TOMLDecodeError:
            continue  # its value continues on the next line
        yield first, begun
        begun = ""


def _path(statement: str) -> tuple[Keys, bool, bool]:
    """Return a statement's keys, whether it begins a table, and whether its table may be repeated."""
    is_table = statement.lstrip().startswith("[")
    value: object = tomllib.loads(statement if is_table else _without_value(statement))
    keys: list[str | int] = []
    while isinstance(value, dict) and value:
        ((key, value),) = value.items()
        keys.append(key)
    return tuple(keys), is_table, isinstance(value, list)


def _without_value(statement: str) -> str:
    """Return the statement with its value replaced by an empty string, because the value may itself be a table."""
    for at, mark in enumerate(statement):
        if mark == "=":
            try:
                tomllib.loads(f'{statement[:at]} = ""')
            except tomllib.TOMLDecodeError:
                continue  # this equals sign is part of a quoted key
            return f'{statement[:at]} = ""'
    raise ValueError("a statement without a value")
