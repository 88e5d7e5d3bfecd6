"""Each question of a retrospective is asked if its reason applies, and not otherwise."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from incidentmail.core import events as e
from incidentmail.core.conduct.clock_events import AwareStated, BreakBegun, DeadlineMet, RoleOffered
from incidentmail.core.conduct.deadline import Deadline
from incidentmail.core.events import Event, Recorded
from incidentmail.core.model import Holders, Person, Status
from incidentmail.core.policy import Policy
from incidentmail.core.teams.team_events import MergedFrom
from incidentmail.core.tracking.tracking_events import (
    ItemJudged,
    ItemTracked,
    RollAnswered,
    RollCalled,
)
from incidentmail.core.words import Words
from incidentmail.report.retro.questions import OF_ONE_RULE_MAX, RULES, questions
from incidentmail.report.retro.story import Story, story_of

SORRY = e.TextChanged(name="customers_may_be_told", text="Sorry", was=None)
BEGIN = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MARA, BO, ANN = (Person(name=name, address=f"{name.lower()}@example.com") for name in ("Mara", "Bo", "Ann"))
CLOSED = e.StatusChanged(status=Status.CLOSED, was=Status.OPEN)
ALWAYS = {"conditions", "again", "went-well", "in-the-way"}
GDPR = Policy(deadlines=(Deadline(name="GDPR", after=timedelta(hours=2)),))


def declared(severity: int = 3, phase: int = 2, **more: object) -> e.Declared:
    """Return a declaration that gives no reason for a question: all is known, and the damage is stopped."""
    known = {"impact": "some customers", "started_at": BEGIN, "detected_at": BEGIN, **more}
    return e.Declared(
        id="i", ref="r", origin="o", description="Down", severity=severity, phase=phase, commander=MARA,
        declared_at=BEGIN, **known,  # type: ignore[arg-type]
    )  # fmt: skip


def story(*happened: tuple[int, Event] | tuple[int, Event, Person], policy: Policy | None = None) -> Story:
    """Return the story of events at minutes after the declaration, each by Mara unless another person is given."""
    entries = [
        Recorded(
            incident="i", version=number, at=BEGIN + timedelta(minutes=one[0]), by=one[2] if len(one) > 2 else MARA,
            event=one[1],
        )
        for number, one in enumerate(happened, 1)
    ]  # fmt: skip
    return story_of(entries, Words(policy or Policy()), entries[-1].at)


def keys(told: Story) -> set[str]:
    return {question.key for question in questions(told)} - ALWAYS


def need(number: int = 1, text: str = "a DBA") -> ItemTracked:
    return ItemTracked(number=number, item="need", text=text)


QUIET = story((0, declared()), (20, CLOSED))
EXPERT = Holders(people=(BO,))

CASES: dict[str, tuple[tuple[Story, str], Story]] = {
    "unnoticed": (
        (story((0, declared(started_at=BEGIN - timedelta(hours=1))), (20, CLOSED)), "1 hour before it was noticed"),
        story((0, declared(started_at=BEGIN - timedelta(minutes=5))), (20, CLOSED)),
    ),
    "unnoticed-times": (
        (story((0, declared(started_at=None, detected_at=None)), (20, CLOSED)), "when it began"),
        QUIET,
    ),
    "declared-late": (
        (story((0, declared(detected_at=BEGIN - timedelta(minutes=40))), (20, CLOSED)), "40 minutes after"),
        story((0, declared(detected_at=BEGIN - timedelta(minutes=9))), (20, CLOSED)),
    ),
    "severity-rose": (
        (story((0, declared()), (15, e.SeverityChanged(severity=2, was=3)), (20, CLOSED)), "severity 2 (serious) only"),
        story((0, declared()), (5, e.SeverityChanged(severity=2, was=3)), (20, CLOSED)),
    ),
    "severity-moved": (
        (
            story(
                (0, declared(severity=2)), (1, e.SeverityChanged(severity=3, was=2)),
                (9, e.SeverityChanged(severity=2, was=3)), (20, CLOSED),
            ),
            "fell and rose again",
        ),
        story((0, declared()), (5, e.SeverityChanged(severity=2, was=3)), (9, e.SeverityChanged(severity=3, was=2))),
    ),
    "who-was-affected": ((story((0, declared(impact=None)), (20, CLOSED)), "who was affected"), QUIET),
    "declared-twice": (
        (story((0, declared()), (3, MergedFrom(incidents=("j",), was=())), (20, CLOSED)), "declared twice"),
        QUIET,
    ),
    "damage-lasted": (
        (
            story((0, declared(phase=1)), (90, e.PhaseChanged(phase=2, was=1)), (99, CLOSED)),
            "1 hour and 30 minutes to stop the damage",
        ),
        story((0, declared(phase=1)), (30, e.PhaseChanged(phase=2, was=1)), (99, CLOSED)),
    ),
    "assumption-fell-1": (
        (
            story(
                (0, declared()), (2, ItemTracked(number=1, item="assumption", text="the disk is full")),
                (32, ItemJudged(number=1, verdict="refuted")), (40, CLOSED),
            ),
            '"the disk is full" was assumed for 30 minutes',
        ),
        story(
            (0, declared()), (2, ItemTracked(number=1, item="assumption", text="the disk is full")),
            (32, ItemJudged(number=1, verdict="holds")), (40, CLOSED),
        ),
    ),
    "assumption-unchecked-1": (
        (
            story((0, declared()), (2, ItemTracked(number=1, item="assumption", text="the disk is full")), (9, CLOSED)),
            "never checked",
        ),
        QUIET,
    ),
    "reopened": (
        (story((0, declared()), (9, CLOSED), (15, e.StatusChanged(status=Status.OPEN, was=Status.CLOSED))), "again"),
        QUIET,
    ),
    "deadline-missed-1": (
        (story((0, declared()), (1, AwareStated(at=BEGIN)), (180, CLOSED), policy=GDPR), '"GDPR" passed'),
        story(
            (0, declared()), (1, AwareStated(at=BEGIN)), (2, DeadlineMet(name="GDPR")), (180, CLOSED), policy=GDPR
        ),
    ),
    "left-open": (
        (story((0, declared()), (2, need()), (20, CLOSED)), "One thing to do is still open, one of them without"),
        story((0, declared()), (2, need()), (9, e.ItemFinished(number=1)), (20, CLOSED)),
    ),
    "command-unconfirmed": (
        (
            story(
                (0, declared(assumed=("commander",))), (25, e.CommandTransferred(commander=BO, was=MARA), BO),
                (30, CLOSED),
            ),
            "For 25 minutes nobody had confirmed",
        ),
        story(
            (0, declared(assumed=("commander",))), (2, e.NoteAdded(text="I am on it")),
            (25, e.CommandTransferred(commander=BO, was=MARA), BO), (30, CLOSED),
        ),
    ),
    "long-command-1": (
        (story((0, declared()), (540, CLOSED)), "incident commander for 9 hours without relief"),
        story((0, declared()), (200, e.CommandTransferred(commander=BO, was=MARA)), (400, CLOSED)),
    ),
    "many-commanders": (
        (
            story(
                (0, declared()),
                *(
                    (n, e.CommandTransferred(commander=BO if n % 2 else MARA, was=MARA if n % 2 else BO))
                    for n in range(1, 5)
                ),
                (20, CLOSED),
            ),
            "passed on four times",
        ),
        story((0, declared()), (1, e.CommandTransferred(commander=BO, was=MARA)), (20, CLOSED)),
    ),
    "role-missing-customer-liaison-1400": (
        (story((0, declared(severity=2)), (60, CLOSED)), "Who answered those questions instead"),
        story(
            (0, declared(severity=2)),
            (5, e.RoleChanged(role="customer_liaison", holders=EXPERT, was=Holders())),
            (60, CLOSED),
        ),
    ),
    "offer-unanswered": (
        (story((0, declared()), (5, e.CommandOfferEnded(to=BO, told=MARA)), (20, CLOSED)), "One offer"),
        QUIET,
    ),
    "offer-unanswered-declined": (
        (
            story(
                (0, declared()), (2, RoleOffered(role="scribe", to=BO)),
                (5, e.RoleOfferEnded(role="scribe", to=BO, declined=True), BO), (20, CLOSED),
            ),
            "was declined",
        ),
        QUIET,
    ),
    "nobody-wrote": (
        (story((0, declared()), (150, CLOSED)), "Nobody was the scribe"),
        story((0, declared(roles={"scribe": EXPERT})), (150, CLOSED)),
    ),
    "promise-missed": (
        (
            story(
                (0, declared()), (30, e.UpdateMissed(due_at=BEGIN + timedelta(minutes=20))),
                (50, e.Announced(number=1, message_id="<1@x>")), (60, CLOSED),
            ),
            "The only promised update came late, the latest by 30 minutes",
        ),
        story((0, declared()), (20, e.UpdateKept(due_at=BEGIN + timedelta(minutes=20))), (60, CLOSED)),
    ),
    "first-customer-words": (
        (
            story((0, declared()), (45, SORRY), (50, CLOSED)),
            "came 45 minutes after",
        ),
        story((0, declared()), (15, SORRY), (50, CLOSED)),
    ),
    "customer-words-back": (
        (
            story(
                (0, declared()), (5, e.TextChanged(name="customers_may_be_told", text="All works", was=None)),
                (9, e.TextChanged(name="customers_may_be_told", text=None, was="All works")), (20, CLOSED),
            ),
            "taken back once",
        ),
        QUIET,
    ),
    "need-waited-1": (
        (
            story((0, declared()), (2, need()), (62, e.ItemFinished(number=1)), (70, CLOSED)),
            '"a DBA" waited for 1 hour until it was met',
        ),
        story((0, declared()), (2, need()), (12, e.ItemFinished(number=1)), (70, CLOSED)),
    ),
    "action-late": (
        (
            story(
                (0, declared()),
                (2, ItemTracked(number=1, item="action", text="x", owner=BO, due_at=BEGIN + timedelta(minutes=9))),
                (20, e.ItemFinished(number=1)), (30, CLOSED),
            ),
            "One thing to do took longer",
        ),
        story(
            (0, declared()),
            (2, ItemTracked(number=1, item="action", text="x", owner=BO, due_at=BEGIN + timedelta(minutes=9))),
            (8, e.ItemFinished(number=1)), (30, CLOSED),
        ),
    ),
    "roll-unanswered": (
        (
            story(
                (0, declared()), (2, RollCalled(people=(MARA, BO, ANN))), (4, RollAnswered(person=BO, text="ok"), BO),
                (20, CLOSED),
            ),
            "One of three people answered",
        ),
        story(
            (0, declared()), (2, RollCalled(people=(BO,))), (4, RollAnswered(person=BO, text="ok"), BO), (20, CLOSED)
        ),
    ),
    "proposal-expired": (
        (
            story(
                (0, declared()),
                (1, e.ProposalMade(number=1, command={}, reason="r", trust="member", confirmers=(BO,),  # type: ignore[arg-type]
                                   expires_at=BEGIN + timedelta(minutes=5))),
                (5, e.ProposalExpired(number=1)), (20, CLOSED),
            ),
            "One request waited",
        ),
        QUIET,
    ),
    "undone": ((story((0, declared()), (5, e.UpdateUndone(number=1)), (20, CLOSED)), "had to be undone"), QUIET),
    "long-duty": (
        (story((0, declared()), (9 * 60, CLOSED)), "One person was on duty for more than 8 hours"),
        story((0, declared()), (7 * 60, CLOSED)),
    ),
    "no-break": (
        (story((0, declared()), (7 * 60, CLOSED)), "without a recorded break"),
        story((0, declared()), (60, BreakBegun(until=BEGIN + timedelta(minutes=90))), (7 * 60, CLOSED)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("key", CASES)
def test_a_question_is_asked_if_there_is_a_reason_for_it(key: str) -> None:
    (told, words), _ = CASES[key]
    asked = {question.key: question.text for question in questions(told)}
    assert key in asked
    assert words in asked[key]


@pytest.mark.parametrize("key", CASES)
def test_a_question_is_not_asked_without_a_reason(key: str) -> None:
    assert key not in keys(CASES[key][1])


def test_every_rule_is_tried() -> None:
    tried = {name for name, _, _ in RULES if name in ALWAYS or any(re.match(rf"{name}(-|$)", key) for key in CASES)}
    assert tried == {name for name, _, _ in RULES}


def test_an_incident_in_which_all_went_well_is_asked_only_what_is_always_asked() -> None:
    assert {question.key for question in questions(QUIET)} == ALWAYS


@pytest.mark.parametrize("key", CASES)
def test_no_question_names_a_person(key: str) -> None:
    texts = " ".join(question.text for question in questions(CASES[key][0][0]))
    assert not re.search(r"\b(?:Mara|Bo|Ann)\b", texts)


def test_one_rule_asks_few_questions_however_much_there_is() -> None:
    told = story((0, declared()), *((n, need(n)) for n in range(1, 20)), (300, CLOSED))
    asked = [question for question in questions(told) if question.key.startswith("need-waited")]
    assert len(asked) == OF_ONE_RULE_MAX


def test_every_question_ends_as_a_question_or_a_request() -> None:
    for (told, _), _ in CASES.values():
        assert all(re.search(r"[?.]\Z", question.text) and "  " not in question.text for question in questions(told))
