"""The log has one line for each event, and no mail can write a log line."""

from __future__ import annotations

import json
import logging
import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentmail.errors import ConfigError
from incidentmail.service.event_log import Form, LineFormatter


def written(form: Form, event: str, **facts: object) -> str:
    record = logging.LogRecord("incidentmail", logging.WARNING, __file__, 1, "%s", (event,), None)
    record.facts = facts
    return LineFormatter(form).format(record)


def test_a_line_of_text_has_time_level_event_and_facts() -> None:
    line = written("text", "mail read", number=7, outcome="applied", incident=None, reason="it's said")
    at, rest = line.split(" ", 1)
    assert datetime.fromisoformat(at).utcoffset() is not None
    assert rest == 'warning mail read number=7 outcome=applied incident=- reason="it\'s said"'


def test_a_line_of_json_is_one_object_with_the_same_facts() -> None:
    line = json.loads(written("json", "mail read", number=7, incident=None, reason=ConfigError("no", hint="do")))
    del line["time"]
    assert line == {"level": "warning", "event": "mail read", "number": 7, "incident": None, "reason": "no (do)"}


@pytest.mark.parametrize("form", ["text", "json"])
@given(text=st.text(max_size=200))
def test_whatever_a_mail_says_stays_on_one_line_without_controls(form: Form, text: str) -> None:
    line = written(form, "mail read", reason=text, sender=text)
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
