"""Examine the list: has it returned our mail, and what did it change in the mail?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incidentmail.app.telling.silent_list import SilentList
from incidentmail.core.ids import OurField

from .finding import Finding, failure, ok, warning
from .list_effects import ListEffects

CHECK = "list"
TRY = "incidentmail doctor --round-trip posts a test mail there and waits for it"


def the_list(
    address: str, *, silent: Sequence[SilentList], awaited: bool, posted: bool, seen: ListEffects | None
) -> Iterator[Finding]:
    """Yield findings on whether our mail comes back from the list at `address`.

    `silent` contains the lists that have never returned any of our mail. `awaited` is false if no copies from lists are
    expected. `posted` is true if we have sent mail to this list. `seen` holds the list's changes to the newest copy, or
    None.
    """
    if not awaited:
        yield ok(CHECK, f"{address} need not return our mail ([list] returns_within)")
    elif silent:
        for one in silent:
            if one.is_overdue:
                yield failure(CHECK, one.text, f"subscribe our address, and let it post; then: {TRY}")
            else:
                yield warning(CHECK, one.text, "run this again in a few minutes")
    elif seen is None:
        what = "no mail of ours has come back yet" if posted else "no mail of ours has gone there yet"
        yield warning(CHECK, f"{address}: {what}, so what it does to mail is not known", TRY)
    else:
        yield from changed(address, seen)


def changed(address: str, seen: ListEffects) -> Iterator[Finding]:
    """Yield findings on what the list changes in our mail, and whether the changes do harm."""
    what = f"{address} returned our mail: {seen.in_words()}"
    if not seen.keeps_our_fields:
        yield warning(
            CHECK,
            what,
            f"let the list keep header fields that begin with {OurField.PREFIX}: they prove what our mail says",
        )
    elif not seen.keeps_message_id:
        yield warning(CHECK, what, "let the list keep the Message-ID, so that replies find their incident")
    elif not seen.keeps_reply_to:
        yield warning(
            CHECK, what,
            "let the list keep Reply-To (Mailman: reply_goes_to_list = no_munging), so that replies also come to us"
            " directly, with their proof",
        )  # fmt: skip
    else:
        yield ok(CHECK, what)
