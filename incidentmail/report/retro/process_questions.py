"""Define the rules that ask about the process: command, roles, promises, words for customers, and working hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from incidentmail.core.events import (
    CommandDeclined,
    CommandOfferEnded,
    CommandTransferred,
    ProposalExpired,
    RoleOfferEnded,
    SeverityChanged,
    UpdateUndone,
)
from incidentmail.core.tracking.tracked_items import TO_DO
from incidentmail.core.tracking.tracking_events import RollAnswered, RollCalled

from .contents import Found
from .duty import COMMAND
from .gaps import role_gaps, unconfirmed_command, without_scribe
from .items import finished_at, promises, told_customers
from .outcome_questions import Asked, in_quotes
from .phrases import length_in_words, number_in_words, people_in_words, role_title, sentence, several, times_in_words
from .story import Story

SOON = timedelta(minutes=10)
"""A role that was filled within this time was not missing."""
FIRST_WORDS = timedelta(minutes=30)
"""How long customers can wait for the first words."""
NEED_WAITS = timedelta(minutes=30)
LONG_DAY, LONG_WITHOUT_BREAK = timedelta(hours=8), timedelta(hours=6)
LONG_INCIDENT = timedelta(hours=2)
MANY_COMMANDERS = 4


def long_command(story: Story) -> Asked:
    """Ask about people who led for longer than recommended."""
    most = story.relief_after or timedelta(hours=4)
    spans = [span for duty in story.duties for span in duty.spans if span.part == COMMAND and span.length > most]
    for at, span in enumerate(sorted(spans, key=lambda span: span.since), 1):
        yield Found(
            f"One person was {story.words.title} for {length_in_words(span.length)} without relief. Who "
            "could have taken over, and what stood in the way?",
            str(at),
        )


def long_duty(story: Story) -> Asked:
    """Ask about people who were on duty for a very long time."""
    tired = [duty for duty in story.duties if duty.total - duty.breaks > LONG_DAY]
    if tired:
        verb = "was" if len(tired) == 1 else "were"
        people = people_in_words(len(tired))
        yield Found(
            f"{sentence(people)} {verb} on duty for more than {length_in_words(LONG_DAY)}. Who could have "
            "relieved them, and did anybody tell them to stop?"
        )


def no_break(story: Story) -> Asked:
    """Ask about people who worked for hours without a recorded break."""
    if any(duty.total > LONG_WITHOUT_BREAK and not duty.breaks for duty in story.duties):
        yield Found(
            f"There were people at work for more than {length_in_words(LONG_WITHOUT_BREAK)} without a recorded "
            "break. Did they have one, and who looks after that?"
        )


def command_unconfirmed(story: Story) -> Asked:
    """Ask about a period in which nobody had confirmed that they led."""
    for gap in unconfirmed_command(story)[:1]:
        if gap.span.length > SOON:
            yield Found(
                f"For {length_in_words(gap.span.length)} nobody had confirmed that they were "
                f"{story.words.title}. Did everybody know who led?"
            )


def role_missing(story: Story) -> Asked:
    """Ask about each role that the severity required but nobody held."""
    for gap in role_gaps(story):
        title, span = role_title(story.words, gap.span.part), gap.span
        if span.length <= SOON:
            continue
        missing = f"A {title} was needed, and for {length_in_words(span.length)} nobody was"
        then = "How could the role have been filled sooner" if gap.is_filled else "Who answered those questions instead"
        yield Found(f"{missing}. {then}?", f"{span.part}-{span.since:%H%M}".replace("_", "-"))


def offer_unanswered(story: Story) -> Asked:
    """Ask about offers of command or of a role that were declined or not answered."""
    silent = sum(1 for _ in story.events(CommandOfferEnded))
    silent += sum(1 for _, event in story.events(RoleOfferEnded) if not event.declined)
    declined = sum(1 for _, event in story.events(RoleOfferEnded) if event.declined)
    declined += sum(1 for _ in story.events(CommandDeclined))
    if silent:
        yield Found(
            f"{sentence(several(silent, 'offer'))} of command or of a role got no answer. How are people "
            "reached who are not reading mail?"
        )
    if declined:
        yield Found(
            f"{sentence(several(declined, 'offer'))} of command or of a role "
            f"{'was' if declined == 1 else 'were'} declined. Were there enough people to ask?",
            "declined",
        )


def many_commanders(story: Story) -> Asked:
    """Ask about command that changed hands often."""
    count = sum(1 for _ in story.events(CommandTransferred))
    if count >= MANY_COMMANDERS:
        yield Found(
            f"Command was passed on {times_in_words(count)}. What was lost in between, and did the brief hold "
            "what the next person needed?"
        )


def promise_missed(story: Story) -> Asked:
    """Ask about promised updates that were not sent in time."""
    found = promises(story)
    late = [promise for promise in found if not promise.kept]
    if late:
        which = f"{sentence(number_in_words(len(late)))} of {several(len(found), 'promised update')}"
        which = which if len(found) > 1 else "The only promised update"
        waits = [one.sent_at - one.due_at for one in late if one.sent_at]
        longest = f", the latest by {length_in_words(max(waits))}" if waits else ""
        yield Found(f"{which} came late{longest}. Was there nothing to say, or nobody to say it?")


def first_customer_words(story: Story) -> Asked:
    """Ask about first words for customers that came late or never."""
    told = [one for one in told_customers(story) if one.words]
    worst = min([story.declaration.severity, *(event.severity for _, event in story.events(SeverityChanged))])
    step = story.words.policy.severity(worst)
    if not told and step is not None and step.requires:
        yield Found("There were never any approved words for customers. What did support tell the people who asked?")
    elif told and story.after(told[0].at) > FIRST_WORDS:
        yield Found(
            f"The first words for customers came {length_in_words(story.after(told[0].at))} after the "
            "declaration. What did customers hear until then, and what was missing to say something sooner?"
        )


def customer_words_back(story: Story) -> Asked:
    """Ask about words for customers that were withdrawn."""
    back = [one for one in told_customers(story)[1:] if one.words is None]
    if back:
        yield Found(
            f"Words for customers were taken back {times_in_words(len(back))}. Had anybody used them, and what "
            "would have shown that they were too early?"
        )


def need_waited(story: Story) -> Asked:
    """Ask about each need that was met late or never."""
    for item in story.incident.items:
        if item.kind != "need":
            continue
        done = finished_at(story, item.number)
        waited = (done or story.until) - item.at
        if waited > NEED_WAITS:
            end = "until it was met" if done else "and was not met"
            yield Found(
                f"The need {in_quotes(item.text)} waited for {length_in_words(waited)} {end}. What was in the way?",
                str(item.number),
            )


def action_late(story: Story) -> Asked:
    """Ask about actions and needs that took longer than planned."""
    late = 0
    for item in story.incident.items:
        done = finished_at(story, item.number)
        late += item.kind in TO_DO and item.due_at is not None and (done or story.until) > item.due_at
    if late:
        yield Found(
            f"{sentence(several(late, 'thing'))} to do took longer than planned. Were the times realistic, and "
            "who noticed?"
        )


def nobody_wrote(story: Story) -> Asked:
    """Ask about a long incident that had no scribe."""
    if story.after(story.until) > LONG_INCIDENT and without_scribe(story):
        yield Found("Nobody was the scribe. Which decisions and findings are missing from this record?")


def roll_unanswered(story: Story) -> Asked:
    """Ask about roll calls that most people did not answer."""
    asked = [len(event.people) for _, event in story.events(RollCalled)]
    answered = sum(1 for _ in story.events(RollAnswered))
    if asked and answered * 2 < sum(asked):
        yield Found(
            f"{sentence(number_in_words(answered))} of {people_in_words(sum(asked))} answered the roll call. "
            "Did the others not see it, or did it "
            "not help them?"
        )


def proposal_expired(story: Story) -> Asked:
    """Ask about proposals that expired without confirmation."""
    count = sum(1 for _ in story.events(ProposalExpired))
    if count:
        yield Found(
            f"{sentence(several(count, 'request'))} waited for a confirmation until it expired. Did the right "
            "person know that somebody waited?"
        )


def undone(story: Story) -> Asked:
    """Ask about announced updates that were undone."""
    count = sum(1 for _ in story.events(UpdateUndone))
    if count:
        yield Found(f"{sentence(several(count, 'update'))} had to be undone. What was easy to get wrong?")


def went_well(story: Story) -> Asked:
    """Ask, in every retrospective, what went well."""
    yield Found("What went well, and should be done again?")


def in_the_way(story: Story) -> Asked:
    """Ask, in every retrospective, which part of the process was in the way."""
    yield Found("Which part of the way we run incidents was in the way, this program included?")


PROCESS: tuple[tuple[str, Callable[[Story], Asked]], ...] = (
    ("went-well", went_well),
    ("command-unconfirmed", command_unconfirmed),
    ("long-command", long_command),
    ("many-commanders", many_commanders),
    ("role-missing", role_missing),
    ("offer-unanswered", offer_unanswered),
    ("nobody-wrote", nobody_wrote),
    ("promise-missed", promise_missed),
    ("first-customer-words", first_customer_words),
    ("customer-words-back", customer_words_back),
    ("need-waited", need_waited),
    ("action-late", action_late),
    ("roll-unanswered", roll_unanswered),
    ("proposal-expired", proposal_expired),
    ("undone", undone),
    ("long-duty", long_duty),
    ("no-break", no_break),
    ("in-the-way", in_the_way),
)
