"""Build the command line that the user should have typed, ready to paste from a hint.

Placeholders that the user has to fill in are in capitals, such as `'WHAT IS NEW'`.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import click

TYPED = "typed"
"""The key for the typed words in the object of click's outermost context."""
NEWS, WORDS, BROKEN, NAME, HOUR = "WHAT IS NEW", "WHAT TO SAY", "WHAT IS BROKEN", "NAME", "HH:MM"
WHO = f"{NAME} <ADDRESS>"
PLACEHOLDERS = frozenset({NEWS, WORDS, BROKEN})
"""The placeholders in capitals that must never reach the list, although somebody may paste them."""


class Part(NamedTuple):
    """A part of a command line: an option, possibly with a value, or any other word, for which `option` is None."""

    typed: tuple[str, ...]
    option: click.Option | None = None
    value: str | None = None

    @property
    def name(self) -> str:
        """The option as typed, without its value, or the word if this part is not an option."""
        return self.typed[0].partition("=")[0] if self.typed[0].startswith("-") else self.typed[0]

    def is_called(self, name: str) -> bool:
        return self.option is not None and name in (*self.option.opts, *self.option.secondary_opts)


class CommandLine(NamedTuple):
    """A command line without the program's name. `head` ends with the command, and `parts` follow it.

    >>> line = CommandLine(("close",), (Part(("databse",)),))
    >>> str(line.with_word("databse", "database").adding("-m", "It's fixed"))
    'incidentmail close database -m "It\\'s fixed"'
    """

    head: tuple[str, ...]
    parts: tuple[Part, ...] = ()

    def __str__(self) -> str:
        return _joined([*self.head, *(word for part in self.parts for word in part.typed)])

    @property
    def words(self) -> tuple[str, ...]:
        """The words that are neither options nor their values."""
        return tuple(part.typed[0] for part in self.parts if part.option is None and part.typed != ("--",))

    def has(self, name: str) -> bool:
        return any(part.is_called(name) for part in self.parts)

    def has_options(self) -> bool:
        return any(part.option is not None for part in self.parts)

    def with_words(self, *words: str) -> CommandLine:
        """Return the line with `words`, placed before the options, instead of all words that are not options."""
        options = [part for part in self.parts if part.option is not None]
        return self._replace(parts=(*(Part((word,)) for word in words), *options))

    def with_word(self, old: str, new: str) -> CommandLine:
        """Return the line with `new` in place of the first word that equals `old` and does not belong to an option."""
        return self._swapped(self._first(lambda part: part.option is None and part.typed[0] == old), Part((new,)))

    def with_value(self, name: str, old: str, *new: str) -> CommandLine | None:
        """Return the line with `new` as the value of the option `name`, or without the option if `new` is empty.

        Return None if the option does not have the value `old`. For `--role scribe=Bo`, `old` may also be just `Bo`.
        """
        for at, part in enumerate(self.parts):
            if part.value is None or not part.is_called(name):
                continue
            key, equals, who = part.value.partition("=")
            if part.value == old or (equals and who == old):
                values = [value if part.value == old else f"{key}={value}" for value in new]
                return self._swapped(at, *(Part((name, value), part.option, value) for value in values))
        return None

    def with_first_value(self, name: str, value: str) -> CommandLine:
        """Return the line with `value` after the option `name`, which has no value or one that looks like an option."""
        at = self._first(lambda part: part.is_called(name) and part.typed[0] == name)
        if at is None:
            return self.adding(name, value)
        option, following = self.parts[at].option, self.parts[at].typed[1:]
        return self._swapped(at, Part((name, value), option, value), *(Part((word,)) for word in following))

    def with_flag(self, name: str) -> CommandLine:
        """Return the line with `name=VALUE` replaced by the flag `name`."""
        return self._swapped(self._first(lambda part: part.name == name), Part((name,)))

    def without(self, word: str) -> CommandLine:
        """Return the line without the word `word`, or without the option typed as `word` or `word=VALUE`."""
        return self._swapped(self._first(lambda part: part.name == word))

    def renamed(self, old: str, new: str) -> CommandLine:
        """Return the line with the option `old`, which need not exist, renamed to `new`. The value is kept."""
        at = self._first(lambda part: part.name == old)
        if at is None:
            return self
        first, *value = self.parts[at].typed
        _, equals, joined = first.partition("=")
        return self._swapped(at, self.parts[at]._replace(typed=(f"{new}{equals}{joined}", *value)))

    def instead(self, command: str, *words: str) -> CommandLine:
        """Return a command line for another command, with the same --config."""
        head = self.head[: self.head.index("--config") + 2] if "--config" in self.head else ()
        return CommandLine((*head, command), tuple(Part((word,)) for word in words))

    def adding(self, *words: str) -> CommandLine:
        return self._replace(parts=(*self.parts, *(Part((word,)) for word in words)))

    def _first(self, is_meant: Callable[[Part], bool]) -> int | None:
        return next((number for number, part in enumerate(self.parts) if is_meant(part)), None)

    def _swapped(self, at: int | None, *new: Part) -> CommandLine:
        """Return the line with the part at index `at` replaced by `new`, or the unchanged line if `at` is None."""
        return self if at is None else self._replace(parts=(*self.parts[:at], *new, *self.parts[at + 1 :]))


def command_line(*words: str) -> str:
    """Return a whole command, quoted for a shell, including the --config that was typed."""
    ctx = click.get_current_context(silent=True)
    config = None if ctx is None else ctx.find_root().params.get("config")
    return _joined([*([] if config is None else ["--config", config]), *words])


def _joined(words: Iterable[str]) -> str:
    return " ".join(["incidentmail", *map(quoted, words)])


def quoted(word: str) -> str:
    """Return a word quoted for a shell: in single quotes if needed, or in double quotes if it has an apostrophe.

    >>> print(quoted("fixed it"), quoted("it's fixed"))
    'fixed it' "it's fixed"
    """
    return f'"{word}"' if "'" in word and not any(c in word for c in '"$`\\!') else shlex.quote(word)


def typed() -> CommandLine:
    """Return the command line of the command that is running."""
    ctx = click.get_current_context(silent=True)
    if ctx is None:
        return CommandLine(())
    words = (ctx.find_root().obj or {}).get(TYPED, [])
    return parsed(words, ctx.command, len(ctx.command_path.split()) - 1)


def parsed(words: Sequence[str], command: click.Command, depth: int) -> CommandLine:
    """Split `words` into a command line for `command`, whose name has `depth` words: for `outbox list`, 2."""
    head, rest = list[str](), list(words)
    while depth and rest:
        head.append(rest.pop(0))
        if head[-1] == "--config" and rest:
            head.append(rest.pop(0))
        elif not head[-1].startswith("-"):
            depth -= 1
    return CommandLine(tuple(head), tuple(_parts(rest, command)))


def _parts(words: Sequence[str], command: click.Command) -> Iterator[Part]:
    options = {
        name: one
        for one in command.params
        if isinstance(one, click.Option)
        for name in (*one.opts, *one.secondary_opts)
    }
    rest = iter(words)
    for word in rest:
        if word == "--":
            yield from (Part((one,)) for one in (word, *rest))
            return
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        option = options.get(name)
        if option is None and word[:1] == "-" and (short := options.get(word[:2])) is not None:
            yield Part((word,), short, word[2:])  # -s1
        elif option is None or option.is_flag or equals:
            yield Part((word,), option, value if equals else None)
        else:
            following = next(rest, None)
            yield Part((word,) if following is None else (word, following), option, following)
