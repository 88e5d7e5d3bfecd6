"""Small talk beside a documented form does not keep it from being read, unless it leaves open what is meant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from incidentmail.core.model import Person
from incidentmail.core.policy import Policy
from incidentmail.core.words import Words
from incidentmail.reply.parsed import Context, Read
from incidentmail.reply.understand import understand

CONTEXT = Context(
    words=Words(Policy()),
    written_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
    writer=Person(name="Bo Keller", address="bo@example.com"),
)


def heard(body: str) -> Read:
    return understand(body, CONTEXT).read


def said(body: str) -> dict[str, Any]:
    return {command.name: command.value for command in heard(body).commands}


def at(time: str) -> str:
    return f"2026-11-20T{time}:00Z"


READ: list[tuple[str, dict[str, Any]]] = [
    ("sev 3 -> sev 1 pls the spare lift is stuck too", {"severity": 1}),
    ("sev 1 please we cannot open one door", {"severity": 1}),
    ("sev 1 guys nobody can leave the roof", {"severity": 1}),
    ("Hi Mara sev 1 please, both lifts are stuck", {"severity": 1}),
    ("hello everyone severity one please", {"severity": 1}),
    ("no change folks", {"update": None}),
    ("no change guys\nnext update in forty minutes", {"update": None, "next_update_at": at("15:10")}),
    ("next 16:15 everyone", {"next_update_at": at("16:15")}),
    ("next update in forty-five minutes", {"next_update_at": at("15:15")}),
    ("next in three quarters of an hour", {"next_update_at": at("15:15")}),
    ("next update at four pm", {"next_update_at": at("16:00")}),
    ("next at twenty past four", {"next_update_at": at("16:20")}),
    ("next at ten tonight", {"next_update_at": at("22:00")}),
    ("break 25 min need tea", {"break": at("14:55")}),
    ("break half an hour", {"break": at("15:00")}),
    ("taking a break for twenty minutes", {"break": at("14:50")}),
    ("im back guys", {"back": None}),
    ("back now, had lunch", {"back": None}),
    ("joining just got off the train", {"join": None}),
    ("leaving folks", {"leave": None}),
    ("roll call pls", {"roll_call": None}),
    ("roll call please everyone, who is on the roof??", {"roll_call": None}),
    ("roll call everyone, what do you see", {"roll_call": "all"}),
    ("cannot 7 sorry no key for that door", {"cannot": 7}),
    ("cannot 7, I don't have the key", {"cannot": 7}),
    ("cannot: 7", {"cannot": 7}),
    ("I'll take 7 then", {"assign": 7}),
    ("7 refuted, the cable is whole", {"verdict": {"number": 7, "verdict": "refuted"}}),
    ("Done: 7, changed the cable", {"done": "7"}),
    ("Ruled out: 7, the cable is whole", {"ruled_out": 7}),
]


@pytest.mark.parametrize(("body", "meant"), READ)
def test_the_command_is_read(body: str, meant: dict[str, Any]) -> None:
    assert said(body) == meant


@pytest.mark.parametrize("when", ["at 22:00, she knows", "at ten tonight, she knows", "at 22:00 (agreed)"])
def test_a_reason_may_follow_the_time_of_the_next_commander(when: str) -> None:
    (command,) = heard(f"Next commander: Mara Lund {when}").commands
    assert command.command.at == datetime(2026, 11, 20, 22, 0, tzinfo=UTC)  # type: ignore[union-attr]


@pytest.mark.parametrize("reason", [", she knows the shaft", " - he built it", ". She said yes.", ", both agreed"])
def test_a_reason_may_follow_the_names_in_a_line(reason: str) -> None:
    assert said(f"SME: +Mara Lund{reason}") == {
        "roles.subject_matter_experts": {"add": [{"name": "Mara Lund", "address": None}]}
    }


@pytest.mark.parametrize(
    "body",
    [
        "sev 1 pls check",
        "sev 1 please if the spare lift stops",
        "phase 2 pls wait for the fitter",
        "next 16:15 pls the fitter is slow",
        "+20m need tea",
        "Done: 7, but nobody tried the doors",
        "Done: 7 (not tried)",
        "Done: 7?",
        "Done: 7, 8",
        "Ruled out: 7, but look again",
        "cannot 7, maybe tomorrow",
        "SME: +Mara Lund, she is not sure",
        "Deputy: Mara Lund, she starts tomorrow",
        "Next commander: Mara Lund at 22:00, if she agrees",
        "sev 1 wait",
        "7 holds, but only in the east wing",
    ],
)
def test_words_that_leave_it_open_are_asked_about(body: str) -> None:
    reply = heard(body)
    assert reply.commands == ()
    assert reply.asks or reply.problems


@pytest.mark.parametrize(
    "body",
    [
        "catch up since 2pm pls",
        "catch up since noon, I was on the roof",
        "catch up since 14:00 thx",
        "Catch up. I just landed",
        "catch up please guys",
    ],
)
def test_catch_up_may_have_a_reason(body: str) -> None:
    assert heard(body).wants_brief


@pytest.mark.parametrize("body", ["catch up with the fitter tomorrow", "catch up at 3?"])
def test_other_words_with_catch_up_ask_for_no_summary(body: str) -> None:
    assert not heard(body).wants_brief


@pytest.mark.parametrize("foot", ["Sent from Outlook for Android", "Sent from my Galaxy", "Get Outlook for iOS"])
def test_help_above_the_line_of_an_app_asks_for_help(foot: str) -> None:
    assert heard(f"help\n\n{foot}").wants == "help"


@pytest.mark.parametrize(
    "body", ["break the door in 5 minutes", "break 20 min after the fitter came", "back to the roof"]
)
def test_other_words_with_break_and_back_do_nothing(body: str) -> None:
    assert heard(body).commands == ()
