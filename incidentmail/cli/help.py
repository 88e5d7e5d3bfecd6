"""Format the help of a command: first examples, then a description, then its options in groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
OTHER = "Other options"


class GroupedOption(click.Option):
    """An option that the help shows under the heading `group`."""

    def __init__(self, *args: Any, group: str = OTHER, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.group = group


class HelpfulCommand(click.Command):
    """A command whose help begins with `examples`: lines as people type them, without the program's name."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.examples = tuple(examples)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the words as click does. Raise MistakeError if there are too many words."""
        if isinstance(self, click.Group) or ctx.allow_extra_args:
            return super().parse_args(ctx, args)
        ctx.allow_extra_args = True
        extra = super().parse_args(ctx, args)
        if extra and not ctx.resilient_parsing:
            from .corrected import typed
            from .mistakes import too_many

            raise too_many(extra, typed(), ctx.command_path)
        return extra

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}incidentmail {line}\n")
        super().format_help_text(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, records in option_groups(self, ctx).items():
            with formatter.section(heading):
                formatter.write_dl(records)


class HelpfulGroup(HelpfulCommand, click.Group):
    """A group of commands whose help begins with `examples`."""

    command_class = HelpfulCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


def option_groups(command: click.Command, ctx: click.Context) -> dict[str, list[tuple[str, str]]]:
    """Return a mapping from the headings of the option groups to their options, each with its description."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
        if record is not None:
            groups.setdefault(getattr(param, "group", OTHER), []).append(record)
    others = groups.pop(OTHER, [])
    groups[OTHER if groups else "Options"] = others
    return groups


def command(name: str, *examples: str) -> Callable[[Callable[..., Any]], HelpfulCommand]:
    """Return a decorator that turns a function into a command with these examples."""
    return click.command(name, cls=HelpfulCommand, examples=examples)


def group(name: str, *examples: str, **kw: Any) -> Callable[[Callable[..., Any]], HelpfulGroup]:
    """Return a decorator that turns a function into a group of commands with these examples."""
    return click.group(name, cls=HelpfulGroup, examples=examples, **kw)


def option(*names: str, group: str = OTHER, **kw: Any) -> Callable[[F], F]:
    """Return a decorator that adds an option to a command. The help shows the option under the heading `group`."""
    return click.option(*names, cls=GroupedOption, group=group, **kw)
