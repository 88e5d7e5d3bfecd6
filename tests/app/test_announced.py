"""A standby that reads only the list's mails knows everything that is announced, and nothing else.

Two incidents are declared, and people do things that are not announced: they add notes, actions, assumptions and
decisions, suggest words for customers, offer command, join and leave. In between they change facts that are announced.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from examples import histories
from hypothesis import given
from hypothesis import strategies as st

if TYPE_CHECKING:
    from conftest import Installation, Mails

LIST = "incidents@example.com"
MARA, TOMAS = "Mara Lindqvist <mara@example.com>", "Tomás R. <tomas@example.com>"
BO, ANN = "Bo K. <bo@example.com>", "Ann Lee <ann@example.com>"
FACTS = (
    "description", "status", "severity", "phase", "commander", "venue", "impact", "customers_may_be_told",
    "customer_words", "merged_into", "merged_from", "restricted", "next_update_at",
)  # fmt: skip
SECRET = "zq{}zq"
"""A word that must be in no mail to the list unless the text with it is announced."""

PRIVATE = st.sampled_from([
    "note", "Action: {} @bo by 23:50", "Assumption: {}", "Decision: {}", "Ruled out: {}", "Evidence: {}",
    "About to: {}", "Done: {}", "joining", "leaving", "catch up", "I think that {}",
])  # fmt: skip
PUBLIC = st.sampled_from(
    ["sev 1", "sev 2", "sev 3", "phase 2", "no change", "taking command", "next 23:55", "Impact: half"]
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("private"), st.sampled_from([MARA, BO, ANN]), PRIVATE),
        st.tuples(st.just("public"), st.sampled_from([MARA, TOMAS, BO]), PUBLIC),
        st.tuples(st.just("suggest"), st.sampled_from([MARA, BO, ANN]), st.just("")),
        st.tuples(st.just("say"), st.just(TOMAS), st.sampled_from(["we know", "pay by invoice", "nothing yet"])),
        st.tuples(st.just("accept"), st.sampled_from([MARA, TOMAS]), st.just("")),
        st.tuples(st.just("stop"), st.just(MARA), st.just("")),
        st.tuples(st.just("merge"), st.just(MARA), st.just("")),
        st.tuples(st.just("undo"), st.just(MARA), st.integers(1, 3).map(str)),
        st.tuples(st.just("handoff"), st.just(BO), st.just("")),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


def played(house: Installation, mails: Mails, steps: list[tuple[str, str, str]]) -> set[str]:
    """Play the steps, and return the words that wait for approval or were not announced."""
    secrets: set[str] = set()
    house.declare("Checkout is down", "--severity", "2", "--customer-liaison", TOMAS)
    house.declare("Card payments fail", "--severity", "3")
    for number, (what, who, text) in enumerate(steps):
        house.clock.tick(minutes=2)
        declaration = house.mails[0]
        secret = SECRET.format(chr(ord("a") + number) * 3)
        match what:
            case "private" if text == "note":
                house.ok("note", "checkout", secret)
                secrets.add(secret)
            case "private" | "public":
                said = text.format(secret)
                secrets |= {secret} if secret in said else set()
                house.ingest(mails.reply_to(declaration, said, who, "bare", at=house.clock.now))
            case "suggest" | "say":
                said = f"Customers may be told: {secret if what == 'suggest' else text}"
                house.ingest(mails.reply_to(declaration, said, who, "bare", at=house.clock.now))
                secrets |= {secret} if what == "suggest" else set()
            case "accept":
                asked = [
                    one for one in house.private if "Is it right?" in one.get_content() and who[:4] in str(one["To"])
                ]
                for question in asked[-1:]:
                    house.ingest(mails.reply_to(question, "accept", who, "bare", at=house.clock.now))
            case "stop":
                house.ingest(mails.reply_to(declaration, "stop", who, "bare", at=house.clock.now))
            case "merge":
                house.run("merge", "card", "checkout")
            case "undo":
                house.run("undo", "checkout", text)
            case _:
                house.run("handoff", "checkout", who)
    approved = {entry["data"]["text"] for entry in house.log("checkout") if entry["kind"] == "text_changed.v1"}
    return secrets - approved


def shown(house: Installation, name: str) -> dict[str, Any]:
    return {fact: value for fact, value in house.show(name).items() if fact in FACTS}


@histories(20)
@given(steps=STEPS)
def test_a_standby_knows_what_was_announced_and_nothing_else_is_in_any_mail_to_the_list(
    installations: Callable[[], Installation], mails: Mails, steps: list[tuple[str, str, str]]
) -> None:
    house = installations()
    secrets = played(house, mails, steps)
    for name in ("checkout", "card"):
        if house.show(name)["status"] == "open":
            house.ok("update", name, "--no-change")
    texts = [raw.decode() for raw in house.wire]
    assert not [secret for secret in secrets for text in texts if secret in text]
    standby = installations()
    shutil.copy(house.path / "key", standby.path / "key")
    standby.clock.now = house.clock.now
    assert {standby.ingest(raw)["outcome"] for raw in house.wire} == {"applied"}
    for name in ("checkout", "card"):
        assert shown(standby, name) == shown(house, name)
    told = standby.show("checkout")
    assert [told[kind] for kind in ("proposals", "actions", "assumptions", "decisions")] == [[], [], [], []]
    assert (standby.private, standby.mails) == ([], [])


@histories(20)
@given(steps=STEPS)
def test_no_words_for_customers_lack_their_second_person(
    installations: Callable[[], Installation], mails: Mails, steps: list[tuple[str, str, str]]
) -> None:
    house = installations()
    played(house, mails, steps)
    found = house.show("checkout")
    words, people = found["customers_may_be_told"], found["customer_words"]
    assert (words is None) == (people is None)
    if people is not None:
        liaisons = [person["address"] for person in found["roles"]["customer_liaison"]]
        is_alone = people["by"] == people["approved_by"]
        assert not is_alone or people["by"]["address"] in liaisons
