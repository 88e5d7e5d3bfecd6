"""Mails of eight monitoring systems are read: what is wrong, how severe it is, and whether it is over."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import steps

from incidentmail.inbound.alerts.alert import AlertMail, AlertRules
from incidentmail.inbound.alerts.patterns import fault_of, find, without
from incidentmail.inbound.alerts.read_alert import TEXT_CHARS_MAX, read_alert
from incidentmail.inbound.message import Envelope
from incidentmail.reply.read_mail import read_mail

SAMPLES = Path(__file__).parents[1] / "data" / "alerts"
# File, system, severity by the words of the alert, title.
FIRING = (
    ("alertmanager-firing", "Alertmanager", 2, "CheckoutErrors checkout (prod critical)"),
    ("grafana-firing", "Grafana", 3, "Mailer queue (Shop warning)"),
    ("nagios-firing", "Nagios", 2, "shop-web1/HTTPS is CRITICAL"),
    ("icinga-firing", "Icinga", 3, "Disk /var on db1 is WARNING"),
    ("cloudwatch-firing", "CloudWatch", 3, "checkout-5xx in EU (Ireland)"),
    ("sentry-firing", "Sentry", 2, "SHOP-API-3KD: PaymentError: the bank answered nothing"),
    ("kuma-firing", "Uptime Kuma", 2, "Shop front: connect ECONNREFUSED 192.0.2.17:443"),
    ("healthchecks-firing", "healthchecks", 2, "nightly-backup"),
    ("zabbix-firing", "Zabbix", 1, "Replication of the orders database is behind by 412 s on db2"),
)


def read(raw: bytes, rules: AlertRules | None = None) -> AlertMail:
    return read_alert(read_mail(raw, Envelope(way="pipe"), None).message, rules or AlertRules())


def sample(name: str, rules: AlertRules | None = None) -> AlertMail:
    return read((SAMPLES / f"{name}.eml").read_bytes(), rules)


def alert(subject: str, text: str = "", rules: AlertRules | None = None) -> AlertMail:
    return read(f"From: alerts@example.com\nSubject: {subject}\n\n{text}\n".encode(), rules)


@pytest.mark.parametrize(("name", "system", "severity", "title"), FIRING)
def test_a_firing_alert_has_its_system_its_severity_and_a_title(
    name: str, system: str, severity: int, title: str
) -> None:
    found = sample(name)
    assert (found.system, found.kind, found.severity, found.title) == (system, "firing", severity, title)


@pytest.mark.parametrize("name", [path.stem for path in sorted(SAMPLES.glob("*-repeated.eml"))])
def test_a_repeat_has_the_key_of_the_first_whatever_figures_are_in_it(name: str) -> None:
    repeated = sample(name)
    assert (repeated.kind, repeated.key) == ("firing", sample(name.replace("repeated", "firing")).key)


@pytest.mark.parametrize("name", [path.stem for path in sorted(SAMPLES.glob("*-resolved.eml"))])
def test_a_recovery_has_the_key_of_what_is_over(name: str) -> None:
    over = sample(name)
    assert (over.kind, over.key) == ("recovered", sample(name.replace("resolved", "firing")).key)


@pytest.mark.parametrize("name", ["nagios-acknowledged", "zabbix-updated"])
def test_news_about_an_alert_is_neither_firing_nor_over(name: str) -> None:
    assert sample(name).kind == "news"


@pytest.mark.parametrize("name", ["cloudwatch-confirmation", "sentry-report"])
def test_a_report_or_a_question_of_the_system_is_no_alert(name: str) -> None:
    assert sample(name).kind == "no alert"


@pytest.mark.parametrize(
    ("subject", "kind", "title"),
    [
        ("[Critical] High error rate in shop-api", "firing", "High error rate in shop-api"),
        ("[Resolved] High error rate in shop-api", "recovered", "High error rate in shop-api"),
        ("Checkout is down", "firing", "Checkout is down"),
        ("Checkout is back online", "recovered", "Checkout is back online"),
        ("OK: disk of db1", "recovered", "disk of db1"),
        ("[EXTERNAL] ALERT: disk of db1", "firing", "disk of db1"),
        ("Recovery of db1 takes too long", "firing", "Recovery of db1 takes too long"),
        ("Up to 90 % of mails fail", "firing", "Up to 90 % of mails fail"),
        ("[FIRING:1, RESOLVED:2] Disk", "firing", "Disk"),
        ("", "firing", "An alert without a subject"),
    ],
)
def test_a_subject_of_no_known_form_is_firing_unless_it_says_that_it_is_over(
    subject: str, kind: str, title: str
) -> None:
    found = alert(subject)
    assert (found.kind, found.title) == (kind, title)


@pytest.mark.parametrize(
    ("subject", "text", "severity", "because"),
    [
        ("Low disk space on db1", "", 3, None),
        ("Disk on db1", "Priority: High", 2, "High"),
        ("Disk on db1", " - severity = info", 4, "info"),
        ("Disk on db1", "The previous severity was disaster", 3, None),
        ("Database outage", "severity: warning", 3, "warning"),
    ],
)
def test_the_word_that_the_alert_states_gives_the_severity(
    subject: str, text: str, severity: int, because: str | None
) -> None:
    found = alert(subject, text)
    assert (found.severity, found.because) == (severity, because)


def test_what_is_down_and_what_is_back_is_the_same_thing() -> None:
    assert alert("Checkout is down").key == alert("Checkout is back online").key == "checkout"


def test_the_organisation_s_patterns_come_first_and_the_subject_before_the_text() -> None:
    rules = AlertRules(severities=(("checkout*", 1), ("warning", 4)))
    assert sample("alertmanager-firing", rules).severity == 1
    assert alert("Disk warning", "checkout is slow", rules).severity == 4
    assert alert("Disk", "level: critical", rules).severity == 2


def test_a_severity_is_always_one_of_the_scale() -> None:
    assert alert("Disk", "level: info", AlertRules(levels=(1, 2), default_level=2)).severity == 2
    assert alert("Disaster", "", AlertRules(levels=(2, 3), default_level=2)).severity == 2


def test_the_organisation_s_patterns_clean_the_subject_end_ignore_and_join() -> None:
    rules = AlertRules(
        remove=("[shop-*]", "(runbook *)"), recovered=("all good again",), ignore=("test of the pager",),
        same=("host {key} *",),
    )  # fmt: skip
    assert alert("[shop-eu] Disk full (runbook 12)", "", rules).title == "Disk full"
    assert alert("Disk on db1", "All good again.", rules).kind == "recovered"
    assert alert("Test of the pager", "", rules).kind == "no alert"
    assert alert("CPU of host db1 is 93 %", "", rules).key == alert("Swap of host db1 is 4 GB", "", rules).key == "db1"


def test_the_text_that_is_kept_is_bounded() -> None:
    found = alert("Disk", "a line of text\n" * 5_000)
    assert len(found.text) < TEXT_CHARS_MAX + 10
    assert found.text.endswith("\n[...]")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_subject_and_any_text_are_read(subject: str, text: str) -> None:
    raw = (
        b"From: a@example.com\nSubject: "
        + subject.encode("utf-8", "replace")
        + b"\n\n"
        + text.encode("utf-8", "replace")
    )
    found = read(raw, AlertRules(same=("a{key}b",), remove=("*x",), severities=(("b*c", 1),)))
    assert found.title
    assert found.severity in (1, 2, 3, 4)


@given(st.text("ab c*", min_size=1, max_size=12), st.text("ab c", max_size=40))
def test_a_pattern_is_found_where_a_regular_expression_finds_it(pattern: str, line: str) -> None:
    import re

    if fault_of(pattern) is not None:
        return
    pieces = [re.escape(piece) for piece in re.split(r"\*+", pattern)]
    before = "" if pattern.startswith("*") or not pattern[0].isalnum() else r"(?<![a-c])"
    after = "" if pattern.endswith("*") or not pattern[-1].isalnum() else r"(?![a-c])"
    expected = re.search(before + ".*".join(pieces) + after, line)
    assert (find(pattern, line) is not None) == (expected is not None)


def test_the_work_for_a_pattern_grows_no_faster_than_the_line() -> None:
    pattern = "a*b*{key}*c"
    short, long = "ab" * 100, "ab" * 1_000
    assert steps(lambda: find(pattern, long)) < 15 * steps(lambda: find(pattern, short))


def test_what_a_pattern_removes_leaves_single_spaces() -> None:
    assert without(("[prod]",), "[prod] [prod] Disk") == "Disk"
