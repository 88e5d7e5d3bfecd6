"""Only its list is told about a restricted incident. Others hear how bad it is and who leads, or nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Installation, Mails, Sink

LIST, BOT = "incidents@example.com", "incident-bot@example.com"
SECRET = "security@example.com"
SUPPORT, BOSS = "support@example.com", "boss@example.com"
WHAT = "Somebody reads our mail"
LISTS = f"[list]\naddress = '{LIST}'\nrestricted = '{SECRET}'\nalways_to = ['{SUPPORT}']\n"
SCALE = "".join(
    f"[[severity]]\nlevel = {level}\nname = '{name}'\n{more}"
    for level, name, more in ((1, "critical", f"also_to = ['{BOSS}']\n"), (2, "serious", ""), (3, "moderate", ""))
)
TELLTALE = ("reads our mail", "stolen", "room 5", "Yusuf")


@pytest.fixture
def secret_house(installation: Installation) -> Installation:
    text = installation.configure(SCALE).config.read_text()
    installation.config.write_text(text.replace(f'[list]\naddress = "{LIST}"\n', LISTS))
    return installation


def declared(installation: Installation, *more: str) -> dict[str, Any]:
    installation.ok(
        "declare", WHAT, "--restricted", "--severity", "2", "--venue", "room 5", "--sme", "Yusuf", "-m",
        "The key was stolen.", *more,
    )  # fmt: skip
    return installation.show()


def left(installation: Installation) -> list[EmailMessage]:
    return [*installation.mails, *installation.private]


def to(installation: Installation, address: str) -> list[EmailMessage]:
    return [mail for mail in left(installation) if address in f"{mail['To']}, {mail['Cc']}"]


def test_all_of_it_goes_to_the_restricted_list_alone(secret_house: Installation) -> None:
    declared(secret_house)
    mail, *others = to(secret_house, SECRET)
    assert not others and mail["Cc"] is None
    assert mail["Subject"] == WHAT and "The key was stolen." in mail.get_content()
    assert mail["Incident-Restricted"] == "yes"
    assert mail["Reply-To"].startswith(f"{SECRET}, incident-bot+")
    secret_house.ok("update", "--severity", "1", "-m", "It is worse.")
    assert [BOSS in str(mail) for mail in to(secret_house, SECRET)] == [False, False]
    assert not to(secret_house, BOSS)


def test_its_id_says_nothing_of_what_it_is_about(secret_house: Installation) -> None:
    state = declared(secret_house)
    assert state["id"] == f"2026-11-20-{state['ref']}" and state["restricted"] is True


def test_everybody_else_hears_severity_phase_commander_and_status_only(secret_house: Installation) -> None:
    state = declared(secret_house)
    secret_house.ok("update", "--venue", "room 7", "-m", "Yusuf has a copy of the stolen key.")
    secret_house.ok("update", "--severity", "1", "--phase", "2")
    secret_house.ok("handoff", "Alícia <alicia@example.com>", "--spoken")
    secret_house.ok("close")
    told = to(secret_house, LIST)
    assert [mail["To"] for mail in told] == [LIST] * 4 and {mail["Cc"] for mail in told} == {SUPPORT}
    first, *others = told
    assert first["Subject"].startswith("Restricted incident ")
    assert {mail["Subject"] for mail in others} == {f"Re: {first['Subject']}"}
    assert {mail["In-Reply-To"] for mail in others} == {first["Message-ID"]}
    assert first.get_content().startswith(
        "Severity 2 (serious), phase 1 (stopping the damage; not confirmed). "
        "Mara Lindqvist is incident commander (not confirmed)."
    )
    assert others[0].get_content().startswith("Severity 1 (critical; was 2), phase 2 (resolving; was 1).")
    assert "Alícia is incident commander (was Mara Lindqvist)." in others[1].get_content()
    assert others[2].get_content().startswith("Incident closed. ")
    for mail in told:
        everything = str(mail) + mail.get_content()
        assert not any(word in everything for word in (*TELLTALE, str(state["ref"]), SECRET, "Incident-Id"))


def test_where_it_is_silent_nobody_else_hears_anything(secret_house: Installation) -> None:
    declared(secret_house, "--silent")
    secret_house.ok("update", "--severity", "1")
    assert not to(secret_house, LIST) and len(to(secret_house, SECRET)) == 2
    assert {mail["Incident-Restricted"] for mail in left(secret_house)} == {"silent"}


def test_a_drill_says_so_to_everybody(secret_house: Installation) -> None:
    declared(secret_house, "--drill")
    (told,) = to(secret_house, LIST)
    assert told["Subject"].startswith("[drill] Restricted incident ")
    assert told.get_content().startswith("This is a drill. ")


@pytest.mark.parametrize("how", ["declare", "dry-run"])
def test_without_a_list_of_its_own_nothing_is_restricted(installation: Installation, how: str) -> None:
    refused = installation.run("declare", WHAT, "--restricted", *(["--dry-run"] if how == "dry-run" else []))
    assert refused.code == 1
    assert "there is no list for restricted incidents" in refused.err and "set [list] restricted" in refused.err
    assert not installation.mails


def test_silent_needs_restricted(secret_house: Installation) -> None:
    assert secret_house.run("declare", WHAT, "--silent").code == 2


def test_a_list_that_is_gone_keeps_its_mails_here(secret_house: Installation) -> None:
    """Whatever the configuration says later, what is restricted never reaches the main list."""
    declared(secret_house)
    secret_house.configure(SCALE)
    late = secret_house.run("update", "--severity", "1")
    assert late.code == 75 and "there is no restricted list" in late.err
    assert not to(secret_house, LIST)[1:]


def test_no_back_up_list_gets_what_the_restricted_list_refuses(installation: Installation, sink: Sink) -> None:
    text = installation.configure(SCALE, relay=sink.url).config.read_text()
    lists = LISTS + "backup = 'elsewhere@example.net'\n"
    installation.config.write_text(text.replace(f'[list]\naddress = "{LIST}"\n', lists))
    sink.replies[SECRET] = sink.replies[LIST] = "550 no such list"
    assert installation.run("declare", WHAT, "--restricted", "-m", "The key was stolen.").code == 69
    reached = [(recipients, raw) for recipients, raw in sink.taken if recipients]
    assert {address for recipients, _ in reached for address in recipients} == {SUPPORT, "elsewhere@example.net"}
    assert not any(word in raw.decode() for _, raw in reached for word in TELLTALE)


def test_a_reply_to_what_everybody_hears_changes_nothing_and_finds_nothing(
    secret_house: Installation, mails: Mails
) -> None:
    declared(secret_house)
    (told,) = to(secret_house, LIST)
    result = secret_house.ingest(mails.reply_to(told, "sev 1", "Bo <bo@example.com>", to=f"{LIST}, {BOT}"))
    assert (result["outcome"], result["incident"]) == ("filed", None)
    assert secret_house.show()["severity"] == 2
    assert len(left(secret_house)) == 2


def test_a_reply_to_its_own_list_works_as_ever(secret_house: Installation, mails: Mails) -> None:
    declared(secret_house)
    (mail,) = to(secret_house, SECRET)
    copy = f"List-Post: <mailto:{SECRET}>\n"
    raw = mails.reply_to(mail, "sev 1", "Bo <bo@example.com>", more=copy)
    result = secret_house.ingest(raw, "--sender", "security-bounces@example.com")
    assert result["outcome"] == "applied"
    assert [mail["Incident-Severity"] for mail in to(secret_house, SECRET)] == ["2", "1"]


@pytest.mark.parametrize("post", [True, False], ids=["through the list", "beside it"])
def test_a_declaration_by_hand_to_the_restricted_list_is_restricted(
    secret_house: Installation, mails: Mails, post: bool
) -> None:
    more = f"List-Post: <mailto:{SECRET}>\nList-Id: Security <security.example.com>\n" if post else ""
    subject = f"[security] {WHAT}" if post else WHAT
    raw = mails.new(
        "Severity: 1\n\nThe key was stolen.", sender="Bo <bo@example.com>", subject=subject, to=SECRET, more=more
    )
    assert secret_house.ingest(raw)["outcome"] == "applied"
    state = secret_house.show()
    assert state["restricted"] and state["description"] == WHAT
    (answer,) = to(secret_house, SECRET)
    assert answer["Subject"] == f"Re: {WHAT}" and answer["In-Reply-To"]
    (told,) = to(secret_house, LIST)
    assert not any(word in str(told) + told.get_content() for word in TELLTALE)


def test_it_is_marked_for_the_operator(secret_house: Installation) -> None:
    state = declared(secret_house)
    assert f"[restricted] {WHAT}" in secret_house.ok("list").out
    assert secret_house.ok("list", "--json").json[0]["id"] == state["id"]
    assert "Restricted  " in secret_house.ok("show").out


def unknown(installation: Installation) -> str:
    return "incident-bot+aaaaaa.aaaaaaaaaa@example.com"


def of_it(installation: Installation) -> str:
    return str(to(installation, SECRET)[0]["Reply-To"]).rpartition(", ")[2]


STRANGER = "Eve <eve@elsewhere.test>"


@pytest.mark.parametrize("text", ["sev 1", "status", "What is this?", "close", "Severity: 1\nCommander: Eve"])
def test_a_stranger_hears_the_same_whether_it_exists_or_not(
    secret_house: Installation, mails: Mails, text: str
) -> None:
    declared(secret_house)
    count = len(secret_house.private)
    answers = []
    for number, place in enumerate((of_it, unknown)):
        sender = STRANGER.replace("eve@", f"eve{number}@")
        raw = mails.new(
            text, sender=sender, subject="Re: hello", to=place(secret_house), more="In-Reply-To: <x@y.test>\n"
        )
        secret_house.ingest(raw)
        answers.append(secret_house.private[count:])
        count = len(secret_house.private)
    shown = [
        [(str(mail["Subject"]), mail["Reply-To"], sorted(mail.keys()), mail.get_content()) for mail in pair]
        for pair in answers
    ]
    assert shown[0] == shown[1] and len(shown[0]) == 1
    assert secret_house.show()["severity"] == 2


def test_nobody_finds_it_by_its_subject(secret_house: Installation, mails: Mails) -> None:
    declared(secret_house)
    before = len(secret_house.private)
    raw = mails.new("sev 1", sender="Bo <bo@example.com>", subject=f"Re: {WHAT}", more="In-Reply-To: <x@y.test>\n")
    assert secret_house.ingest(raw)["incident"] is None
    assert not [mail for mail in secret_house.private[before:] if "restricted" in mail.get_content().lower()]
    assert not [mail for mail in secret_house.private[before:] if secret_house.show()["id"] in str(mail)]


def test_beside_another_it_is_as_if_it_were_not_named(secret_house: Installation, mails: Mails) -> None:
    state = declared(secret_house)
    secret_house.clock.tick(minutes=20)
    secret_house.ok("declare", "Checkout is slow", "--severity", "3")
    one, other = to(secret_house, SECRET)[0], to(secret_house, LIST)[-1]
    raw = mails.new(
        "sev 1", sender="Bo <bo@example.com>", subject="Re: x", to=BOT,
        more=f"In-Reply-To: {one['Message-ID']} {other['Message-ID']}\n",
    )  # fmt: skip
    assert secret_house.ingest(raw)["incident"] == other["Incident-Id"]
    assert secret_house.show(str(state["id"]))["severity"] == 2


def test_a_standby_takes_it_over_as_restricted(
    secret_house: Installation, installations: Callable[[], Installation]
) -> None:
    declared(secret_house, "--silent")
    secret_house.ok("update", "--severity", "1")
    other = installations()
    other.config.write_text(secret_house.config.read_text().replace(str(secret_house.path), str(other.path)))
    shutil.copy(secret_house.path / "key", other.path / "key")
    for raw in secret_house.wire:
        assert other.ingest(raw)["outcome"] == "applied"
    for name in ("id", "severity", "description", "restricted", "venue"):
        assert other.show()[name] == secret_house.show()[name]
    assert other.log()[0]["data"]["silent"] is True


def test_what_everybody_hears_means_nothing_to_a_standby(
    secret_house: Installation, installations: Callable[[], Installation]
) -> None:
    declared(secret_house)
    other = installations()
    other.config.write_text(secret_house.config.read_text().replace(str(secret_house.path), str(other.path)))
    shutil.copy(secret_house.path / "key", other.path / "key")
    (told,) = to(secret_house, LIST)
    assert other.ingest(told.as_bytes())["outcome"] == "duplicate"
    assert other.ok("list", "--all", "--json").json == []


def test_sizes_of_the_ledger_tell_the_main_list_nothing_about_silent_incidents(
    secret_house: Installation, installations: Callable[[], Installation]
) -> None:
    """Two installations, one of which has a silent incident: what the main list reads of the ledger is the same."""
    plain = installations()
    plain.config.write_text(secret_house.config.read_text().replace(str(secret_house.path), str(plain.path)))
    for number, house in enumerate((secret_house, plain)):
        house.ok("declare", "Checkout is slow", "--severity", "3")
        if number == 0:
            house.ok("declare", WHAT, "--restricted", "--silent", "--severity", "2")
            silent = next(i["id"] for i in house.ok("list", "--json").json if i["restricted"])
            house.ok("update", silent, "--severity", "1", "-m", "It is worse.")
        which = next(i["id"] for i in house.ok("list", "--json").json if not i["restricted"])
        house.ok("update", which, "--severity", "2")
    fields = [[str(mail["Incident-Ledger"]).split("; ") for mail in to(h, LIST)] for h in (secret_house, plain)]
    assert [(one[1], one[3]) for one in fields[0]] == [(one[1], one[3]) for one in fields[1]]
    for number, mail in enumerate(to(secret_house, LIST)):
        file = secret_house.path / f"{number}.eml"
        file.write_bytes(bytes(mail))
        secret_house.ok("ledger", "verify", "--mail", str(file))


def test_the_answers_that_a_stranger_gets_do_not_count_the_mail_of_a_silent_incident(
    secret_house: Installation, mails: Mails
) -> None:
    def number(mail: EmailMessage) -> int:
        return int(str(mail["Message-ID"]).split(".")[2].removeprefix("p"))

    def probe(name: str) -> int:
        references = "References: <x@y>\n"
        raw = mails.new("hello", sender=f"{name}@evil.example", subject="Re: x", to=BOT, more=references)
        secret_house.ingest(raw)
        return number(secret_house.private[-1])

    before = probe("spy1")
    declared(secret_house, "--silent", "--customer-liaison", "ann@example.com")
    told = [number(mail) for mail in to(secret_house, "ann@example.com")]
    after = probe("spy2")
    assert told and len({before, *told, after}) == len(told) + 2
    assert abs(after - before) > 100


def test_an_answer_to_a_restricted_thread_never_declares_in_public(secret_house: Installation, mails: Mails) -> None:
    """Neither at once nor by the answer to our question, even if its author lost the address that leads to it."""
    declared(secret_house)
    (secret,) = to(secret_house, SECRET)
    before = len(to(secret_house, LIST))
    said = mails.reply_to(
        secret, "Severity: 1\nI am incident commander.\n\nIt is Karl.", "Bo <bo@example.com>", "bare", to=BOT
    )
    secret_house.ingest(said)
    vague = mails.reply_to(secret, "We know who it is, sev 2 maybe.", "Bo <bo@example.com>", "bare", to=BOT)
    secret_house.ingest(vague)
    for question in [mail for mail in secret_house.private if "bo@example.com" in str(mail["To"])]:
        secret_house.ingest(mails.reply_to(question, "sev 2", "Bo <bo@example.com>"))
    assert len(secret_house.ok("list", "--all", "--json").json) == 1
    assert len(to(secret_house, LIST)) == before
