"""Drop text added at both ends of a reply by programs, gateways and the writer's signature.

The lines kept by `cut.py` form pieces between quotations. Footers and app lines are dropped from the end of each piece,
one paragraph after another. Labels and signatures are also dropped from the end of the last piece, and banners and
labels from the start of the message. If nothing else is left, a label or a name is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import not_

from incidentmail.reply.extraction.line_kinds import EMPTY, RULE, Line
from incidentmail.reply.extraction.positions import positions

from .banners import banner_lines, continues_banner, is_label, is_marked_label
from .lines import PARAGRAPH_LINES_MAX, footer_start, is_app_line, is_picture
from .marked_signature import signature_lines
from .signature_block import SIGNATURE_LINES_MAX, is_prose, signature_start

TAIL_LINES_MAX = 40  # longer than any signature
ADDED_MAX = 20  # paragraphs dropped at one end; a message that went through three gateways has six
_Paragraphs = list[list[int]]


def trim(lines: Sequence[Line], reasons: list[str], *, name: str = "", signature: str = "") -> None:
    """Record in `reasons` why lines at either end of a kept piece are not the sender's. This takes linear time.

    `name` is the writer's display name. `signature` is the text that the HTML of the message marks as their signature.
    """
    pieces = _pieces(lines, reasons)
    if pieces and not any(line.kind is not EMPTY and reasons[i] for i, line in enumerate(lines[: pieces[0][0][0]])):
        _trim_start(lines, reasons, pieces)
    last = True
    for number in range(len(pieces) - 1, -1, -1):
        piece = pieces[number]
        _trim_end(lines, reasons, piece, last=last, others=number > 0, name=name, signature=signature)
        last = last and not piece


def _pieces(lines: Sequence[Line], reasons: Sequence[str]) -> list[_Paragraphs]:
    """Return the kept paragraphs, each as line indexes, grouped into the pieces between dropped lines."""
    pieces: list[_Paragraphs] = []
    above = -1
    for index in positions(map(not_, reasons)):
        if lines[index].kind is EMPTY:
            continue
        between = index - above > 1
        if not pieces or (between and any(reasons[above + 1 : index])):
            pieces.append([[index]])
        elif between:
            pieces[-1].append([index])
        else:
            pieces[-1][-1].append(index)
        above = index
    return pieces


def _trim_start(lines: Sequence[Line], reasons: list[str], pieces: list[_Paragraphs]) -> None:
    """Drop the banners and labels above the sender's first words."""
    piece, warned = pieces[0], False
    for _ in range(ADDED_MAX):
        if not piece:
            return
        texts = [lines[i].plain for i in piece[0][: PARAGRAPH_LINES_MAX + 1]]
        count, why = banner_lines(texts), "a gateway's banner"
        is_last = len(piece) == 1 and len(pieces) == 1
        if not count and warned and not is_last and continues_banner(texts):
            count = len(texts)
        warned = warned or count > 0
        if not count and lines[piece[0][0]].kind is RULE:
            count, why = 1, "a rule"
        has_more = len(texts) > 1 or not is_last
        if not count and has_more and (is_label if len(texts) == 1 else is_marked_label)(texts[0]):
            count, why = 1, "a label"
        if not count:
            return
        _drop(reasons, piece[0][:count], why)
        del piece[0][:count]
        if not piece[0]:
            del piece[0]


def _trim_end(
    lines: Sequence[Line],
    reasons: list[str],
    piece: _Paragraphs,
    *,
    last: bool,
    others: bool,
    name: str,
    signature: str,
) -> None:
    """Drop the added text at the end of a piece.

    `last` is true if no lines below the piece are kept. `others` is true if some lines above it are kept.
    """
    if last and signature:
        tail = [i for paragraph in piece for i in paragraph][-TAIL_LINES_MAX:]
        count = signature_lines([lines[i].plain for i in tail], signature)
        if count < sum(map(len, piece)) or others:
            _drop_tail(reasons, piece, count, "the signature that the HTML marks")
    for _ in range(ADDED_MAX):
        if not piece:
            return
        paragraph = piece[-1]
        texts = [lines[i].plain for i in paragraph[-PARAGRAPH_LINES_MAX - 1 :]]
        has_more = others or len(piece) > 1 or len(paragraph) > 1
        footer = footer_start(texts)
        rules = _rules(lines, paragraph)
        if rules:
            count, why = (rules if last else 0), "a rule above what was dropped"
        elif footer is not None:
            count, why = len(texts) - footer, "a footer"
        elif is_picture(texts[-1]) and has_more:
            count, why = 1, "the place of a picture"
        elif is_app_line(texts[-1]) and (has_more or len(texts) == 1):
            count, why = 1, "an app's line"
        elif last and has_more and (is_label if len(paragraph) == 1 else is_marked_label)(texts[-1]):
            count, why = 1, "a label"
        else:
            count, why = (_signature_count(lines, piece, name) if last else 0), "a closing signature"
        if not count:
            return
        _drop_tail(reasons, piece, count, why)


def _rules(lines: Sequence[Line], paragraph: Sequence[int]) -> int:
    """Return the number of drawn rules at the end of the paragraph."""
    count = 0
    while count < len(paragraph) and lines[paragraph[-1 - count]].kind is RULE:
        count += 1
    return count


def _signature_count(lines: Sequence[Line], piece: _Paragraphs, name: str) -> int:
    if is_prose(lines[piece[-1][-1]].plain):
        return 0
    last = SIGNATURE_LINES_MAX + 2
    tail = [i for paragraph in piece[-last:] for i in paragraph[-last:]][-last:]
    firsts = {paragraph[0] for paragraph in piece[-last:]}
    texts, rules = [lines[i].plain for i in tail], [lines[i].kind is RULE for i in tail]
    start = signature_start(texts, rules, [i in firsts for i in tail], name)
    return 0 if start is None else len(tail) - start


def _drop_tail(reasons: list[str], piece: _Paragraphs, count: int, why: str) -> None:
    """Drop the last `count` lines of the piece."""
    while count:
        dropped = piece[-1][-count:]
        _drop(reasons, dropped, why)
        del piece[-1][-count:]
        count -= len(dropped)
        if not piece[-1]:
            piece.pop()


def _drop(reasons: list[str], indexes: Sequence[int], why: str) -> None:
    for index in indexes:
        reasons[index] = why
