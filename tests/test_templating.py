"""A fault in a template is reported with its file and line, and text from mail is only ever a variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from incidentmail.errors import RenderError
from incidentmail.templating import Templates, templates_root


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("one\n{% if %}\n", "line 2"),
        ("one\ntwo\n{{ nobody }}\n", "line 3: 'nobody' is undefined"),
        ("one\n{{ 1 // 0 }}\n", "line 2: integer division or modulo by zero"),
        ("{{ state.missing }}\n", "line 1"),
        ('one\n{% include "gone.j2" %}\n', "line 2: 'gone.j2' not found"),
    ],
)
def test_a_fault_in_a_template_names_the_file_and_the_line(tmp_path: Path, source: str, said: str) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "offer.txt.j2").write_text(source)
    with pytest.raises(RenderError) as told:
        Templates(tmp_path).text("email/offer.txt.j2", {"state": "Severity 1."})
    assert f"template email/offer.txt.j2 {said}" in str(told.value)
    assert told.value.hint is not None


def test_text_from_mail_is_never_a_template(tmp_path: Path) -> None:
    (tmp_path / "note.txt.j2").write_text("{{ text }}")
    assert Templates(tmp_path).text("note.txt.j2", {"text": "{{ 7 * 7 }} {% raw %}"}) == "{{ 7 * 7 }} {% raw %}"


def test_an_override_goes_before_the_built_in_one_and_the_others_stay(tmp_path: Path) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "declaration.txt.j2").write_text("ours: {{ state }}")
    templates = Templates(tmp_path)
    assert templates.text("email/declaration.txt.j2", {"state": "S."}) == "ours: S."
    assert (templates_root() / "email" / "follow_up.txt.j2").is_file()
    values = {"state": "S.", "broken": "B", "said": "", "fields": ["a"], "hint": "h", "code": "c"}
    assert templates.text("email/follow_up.txt.j2", values) == "S.\nB\n\na\n\nh\nc"
