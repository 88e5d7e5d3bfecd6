"""Parse the sender's own lines into commands: `Key: value` lines, sentences and shorthand.

A line or sentence that is not completely understood is prose, and is kept unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from incidentmail.core.commands import SetSeverity, SetStatus
from incidentmail.core.facts import ROLE_PREFIX
from incidentmail.core.frozen import replace
from incidentmail.core.model import Status
from incidentmail.core.text import one_line
from incidentmail.core.time_forms.written_times import NoTime
from incidentmail.reply.asking_words import (
    asks_for_brief,
    asks_to_be_briefed,
    begins_with_catch_up,
    brief_since,
)
from incidentmail.reply.parsed import Ask, Context, NewLine, Problem, Read, ReadCommand, Why, text_of

from .clauses import Found, keywords_in
from .courtesy import is_pleasantry, without_underscores
from .key_values import has_colon, split_key
from .patterns import GREETING_AHEAD, WRAP_CHARS_MIN
from .reader import KEY_LINES_MAX, Reader
from .tracking_words import tracking_line
from .whole_reply import RECORD, finish
from .whole_words import WHOLE_CHARS_MAX, Whole, whole_reply

# Keys that, besides those of roles, people who declare write below the details.
_DECLARED = frozenset({
    "venue", "backchannel", "customers_may_be_told", "impact", "not_affected", "next_update_at", "started_at",
    "detected_at", "restricted",
})  # fmt: skip
_BELOW = "it stands below other text, where no line is read"
_PASTED = "it stands in a paragraph that looks pasted from another program"
_UNKNOWN_KEY = re.compile(r"\s{0,3}[^\W\d_][^\s:]{0,30}(?: [^\s:]{1,30})?:\s+\S.*")
PARAGRAPHS_MAX = 500
"""The maximum number of paragraphs parsed. A longer reply ends in a log or a quotation, which contains no commands."""
BRIEF_CHARS_MAX = 300
"""The maximum length of a text below `Summary` or `Status` that asks for a report. A longer text is a report itself."""
ABOVE_MAX = 100
"""The maximum number of lines of sentences above a line about a tracked item. More of them are not only commands."""
UNKNOWN_KEYS_MIN = 2
"""The number of unknown keys that make a paragraph an alert. People who add a `Reason:` rarely add another key."""


def read(lines: Iterable[NewLine], context: Context) -> Read:
    """Return the commands, problems and prose in the sender's own lines, as chosen by `cut` and `mask`."""
    blocks = _blocks(lines)
    filled = [line for block in blocks for line in block]
    texts = {line.number: line.text.strip() for line in filled}
    own = without_underscores("\n".join(texts.values()))
    if asks_for_brief(own) and not context.declaring:
        return Read(wants_brief=True)
    since = None if context.declaring else brief_since(own, context)
    if isinstance(since, NoTime):
        line = next(iter(texts))
        problem = Problem(
            line=line, text=texts[line], reason=f"what is after 'since' {since}", remedy="catch up since 14:00"
        )
        return Read(problems=(problem,), prose=own)
    if since is not None:
        return Read(wants_brief=True, since=since)
    if len(own) <= WHOLE_CHARS_MAX and all(line.readable for line in filled):
        single = whole_reply(own, context)
        if single:
            return _whole(single, blocks, context)
    reader = Reader(context, texts, keywords_in(text_of(filled), context))
    first = leading = True
    # After a quotation without marks, only the end of the reply is certainly the writer's.
    quoted = False
    for number, block in enumerate(blocks[:PARAGRAPHS_MAX], 1):
        if first and len(block) == 1 and is_pleasantry(block[0].text):
            reader.prose += [block[0].text, ""]
            continue
        if not block[0].readable and not any(line.readable for line in block):
            reader.prose += [*(line.text for line in block), ""]
            first, quoted = False, True
            continue
        block = [_with_key(line, context) if has_colon(line.text) else line for line in block]
        only_keys = all(line.key for line in block)
        in_leading_block = leading and (not quoted or number == len(blocks))
        if only_keys and (in_leading_block or all(_may_be_below_text(line.key, context) for line in block)):
            _key_lines(reader, block)
        elif not only_keys and (first or in_leading_block):
            leading = _first_block(reader, block)
        else:
            leading = False
            _later_block(reader, block, each_was_meant=only_keys)
        reader.prose.append("")
        # People who declare write the liaisons above or below their sentences.
        first = first and only_keys and context.declaring
    for block in blocks[PARAGRAPHS_MAX:]:
        reader.prose += [*(line.text for line in block), ""]
    reader.ask_about_promise(blocks[0] if blocks else ())
    result = finish(
        reader.commands, reader.problems, texts, prose="\n".join(reader.prose), at=reader.at, context=context,
        asks=reader.asks, rivals=reader.rivals, is_script=reader.key_lines > KEY_LINES_MAX,
    )  # fmt: skip
    if len(own) > BRIEF_CHARS_MAX or result.commands or result.problems or result.asks or context.declaring:
        return result
    return replace(
        result, wants_brief=_begins_with_question(blocks) or asks_to_be_briefed(own) or begins_with_catch_up(own)
    )


def _begins_with_question(blocks: Sequence[Sequence[NewLine]]) -> bool:
    """Return whether the first line after a greeting asks for news: `any news?`. A reason may be below it."""
    lines = (line for block in blocks for line in block if not is_pleasantry(line.text))
    first = next(lines, None)
    return first is not None and first.readable and _asks_first(first.text)


def _asks_first(line: str) -> bool:
    """Return whether a line, or the question at its beginning, asks for news: `any news? I just woke up`."""
    question, mark, _ = line.partition("?")
    return asks_for_brief(line) or (
        bool(mark) and any(asks_for_brief(f"{one}?") for one in (question, question.rpartition(", ")[2]))
    )


def _whole(whole: Whole, blocks: list[list[NewLine]], context: Context) -> Read:
    """Return the command that makes up a whole reply, or a question for the reply's writer."""
    line = next(line for block in blocks for line in block if line.text.strip())
    text = "\n\n".join(map(text_of, blocks))
    if whole.command is None:
        about = whole.asks or "answer"
        offers = whole.one_by_one or (context.answers if about == "answer" else (whole.word,))
        why: Why = "remainder" if about != "answer" else "unanswered" if offers else "not asked"
        why = "several" if whole.one_by_one else why
        asked = Ask(line=line.number, text=one_line(line.text), about=about, why=why, offers=offers)
        return Read(prose=text, asks=(asked,))
    found = whole.command
    command = ReadCommand(
        command=found.command,
        name=found.name,
        value=found.value,
        form=found.form,
        line=line.number,
        unsure=found.unsure,
    )
    if found.command == SetStatus(Status.OPEN) and whole.message:  # `reopen, sev 1`
        meant = read([replace(line, text=text) for text in whole.message.split("\n")], context)
        if meant.commands and all(isinstance(one.command, SetSeverity) for one in meant.commands):
            return replace(meant, commands=(command, *meant.commands))
    return Read(commands=(command,), prose=whole.message)


def _may_be_below_text(key: tuple[str, str] | None, context: Context) -> bool:
    """Return whether a `Key: value` line counts in a paragraph of such lines below other text.

    Most keys do not count there, because their commands would change too much.
    """
    if key is None:
        return False
    name = key[0]
    return name == "at" or name in RECORD or (context.declaring and (name in _DECLARED or name.startswith(ROLE_PREFIX)))


def _blocks(lines: Iterable[NewLine]) -> list[list[NewLine]]:
    """Return the paragraphs, that is, the runs of non-blank lines."""
    blocks: list[list[NewLine]] = []
    block: list[NewLine] | None = None
    for line in lines:
        if not line.text.strip():
            block = None
        elif block is None:
            blocks.append(block := [line])
        else:
            block.append(line)
    return blocks


def _with_key(line: NewLine, context: Context) -> NewLine:
    """Return a line with its `key` set if it is a readable `Key: value` line."""
    if not line.readable:
        return line
    return NewLine(line.number, line.text, key=split_key(line.text, context))


def _later_block(reader: Reader, block: list[NewLine], *, each_was_meant: bool) -> None:
    """Keep a later paragraph as prose. In a declaration, also parse the `Key: value` lines at its end.

    People often put the liaisons below the details.
    """
    foot = len(block)
    while reader.context.declaring and foot and _may_be_below_text(block[foot - 1].key, reader.context):
        foot -= 1
    reader.prose.append(text_of(block[:foot]))
    pasted = _looks_pasted(block)
    reader.report_unread(block[:foot], _BELOW, each_was_meant=each_was_meant, is_pasted=pasted)
    if not reader.context.declaring:
        reader.ask_about(block)
    _key_lines(reader, block[foot:])


def _key_lines(reader: Reader, block: Sequence[NewLine]) -> None:
    for line in block:
        if line.key:
            reader.key_line(line, *line.key)


def _first_block(reader: Reader, block: list[NewLine]) -> bool:
    """Parse the first paragraph: the `Key: value` lines above its first prose, and its sentences.

    Return whether the paragraph contains no prose. If so, the next paragraph is parsed as a first one too.
    """
    if len(block) > 1 and is_pleasantry(block[0].text):
        reader.prose.append(block[0].text)
        block = block[1:]
    if (greeted := GREETING_AHEAD.match(block[0].text)) and block[0].readable:
        rest = _with_key(replace(block[0], text=block[0].text[greeted.end() :]), reader.context)
        block = [rest, *block[1:]] if rest.key else block
    declaring = reader.context.declaring
    pasted = not declaring and _looks_pasted(block)
    leading, first_line = not pasted, True
    texts = len(reader.prose)
    pending: list[NewLine] = []

    def flush() -> None:
        nonlocal leading, first_line
        if pending:
            understood = reader.running_text(pending, first_line=first_line)
            leading = leading and understood
            first_line = first_line and understood
            pending.clear()

    for line in block:
        found = line.key
        tracked = _tracked(line, pending, reader.context)
        if tracked or found or not line.readable:
            flush()
        if tracked and leading:
            reader.first_line(line, tracked)
            continue
        if not line.readable:
            reader.prose.append(line.text)
            leading = first_line = False
            continue
        if found and (leading or (declaring and _may_be_below_text(found, reader.context))):
            reader.key_line(line, *found)
        else:
            pending.append(line)
            if found:
                reader.report_unread([line], _PASTED if pasted else _BELOW, is_pasted=pasted)
    flush()
    if block:
        reader.ask_about_priorities(block[0])
    return len(reader.prose) == texts


def _tracked(line: NewLine, above: Sequence[NewLine], context: Context) -> Found | None:
    """Return the command of a line about a tracked item or about being here, such as `done 2` or `joining`, or None.

    `above` are the lines of prose or sentences directly above. If a mail program may have broken the last of them, the
    line can be the rest of its sentence. Below more lines than people write as commands, nothing is looked for.
    """
    if context.declaring or not line.readable or line.key is not None or len(above) > ABOVE_MAX:
        return None
    if above and len(above[-1].text) >= WRAP_CHARS_MIN:
        return None
    return tracking_line(line.text, context)


def _looks_pasted(block: list[NewLine]) -> bool:
    """Return whether a paragraph has several keys that are not ours, like the messages of monitoring systems."""
    keys = [line for line in block if ":" in line.text and line.key is None]
    return len(keys) >= UNKNOWN_KEYS_MIN <= sum(_UNKNOWN_KEY.fullmatch(line.text.rstrip()) is not None for line in keys)
