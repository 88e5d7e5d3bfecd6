"""Compiled templates are used only if nothing they depend on has changed, and everything works without them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest

from incidentmail.compiled_templates import CompiledTemplates
from incidentmail.templating import Templates, templates_root


class CountingEnvironment(jinja2.Environment):
    compiled = 0

    def compile(self, *args: Any, **options: Any) -> Any:
        self.compiled += 1
        return super().compile(*args, **options)


@pytest.fixture(autouse=True)
def writes_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "note.txt.j2").write_text("Hello {{ name }}")
    return folder


def render(folder: Path, *, root: Path | None = None, options: str = "") -> tuple[str, bool]:
    """Return the text that a new process would write, and whether it would compile the template."""
    cache = CompiledTemplates(root or folder, options)
    environment = CountingEnvironment(loader=jinja2.FileSystemLoader(str(folder)), bytecode_cache=cache)
    return environment.get_template("note.txt.j2").render(name="Mara"), environment.compiled > 0


def written(folder: Path) -> list[Path]:
    return [path for path in folder.parent.rglob("*") if path.is_file() and path.suffix != ".j2"]


def test_a_template_is_compiled_once(folder: Path) -> None:
    assert render(folder) == ("Hello Mara", True)
    assert render(folder) == ("Hello Mara", False)
    assert [path.parent.name for path in written(folder)] == ["__pycache__"]


def test_a_changed_source_is_compiled_even_if_its_size_and_time_are_the_same(folder: Path) -> None:
    render(folder)
    source = folder / "note.txt.j2"
    source.write_text("Howdy {{ name }}")
    source.touch()
    assert render(folder) == ("Howdy Mara", True)
    assert render(folder) == ("Howdy Mara", False)


def test_other_options_and_other_versions_compile_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render(folder)
    assert render(folder, options="trim_blocks") == ("Hello Mara", True)
    monkeypatch.setattr(jinja2, "__version__", "3.999")
    assert render(folder, options="trim_blocks") == ("Hello Mara", True)
    monkeypatch.setattr("incidentmail.compiled_templates.MAGIC_NUMBER", b"\0\0\0\0")
    assert render(folder, options="trim_blocks") == ("Hello Mara", True)


def test_what_was_compiled_in_another_folder_is_not_used(folder: Path) -> None:
    render(folder)
    moved = folder.rename(folder.with_name("moved"))
    assert render(moved) == ("Hello Mara", True)


@pytest.mark.parametrize("kept", [0, 16, 40, -1])
def test_a_damaged_file_is_replaced(folder: Path, kept: int) -> None:
    render(folder)
    [compiled] = written(folder)
    whole = compiled.read_bytes()
    compiled.write_bytes(whole[:kept])
    assert render(folder) == ("Hello Mara", True)
    assert compiled.read_bytes() == whole


def test_a_file_with_one_wrong_bit_is_replaced(folder: Path) -> None:
    render(folder)
    [compiled] = written(folder)
    whole = compiled.read_bytes()
    for number in range(0, len(whole), 41):
        compiled.write_bytes(whole[:number] + bytes([whole[number] ^ 1]) + whole[number + 1 :])
        assert render(folder) == ("Hello Mara", True), number


def test_a_folder_that_cannot_be_written_to_changes_nothing_else(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "file").touch()
    monkeypatch.setattr(sys, "pycache_prefix", str(folder.parent / "file"))
    assert render(folder) == ("Hello Mara", True)
    assert render(folder) == ("Hello Mara", True)


def test_nothing_is_written_if_python_is_told_to_write_no_bytecode(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert render(folder) == ("Hello Mara", True)
    assert written(folder) == []


def test_a_template_outside_the_folder_is_compiled_each_time(folder: Path) -> None:
    for _ in range(2):
        assert render(folder, root=templates_root()) == ("Hello Mara", True)
    assert written(folder) == []


def test_an_override_is_not_kept_compiled(tmp_path: Path) -> None:
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "declaration.txt.j2").write_text("ours: {{ state }}")
    assert Templates(tmp_path).text("email/declaration.txt.j2", {"state": "S."}) == "ours: S."
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["declaration.txt.j2"]


def test_a_fault_in_a_compiled_template_names_the_file_and_the_line(folder: Path) -> None:
    source = folder / "note.txt.j2"
    source.write_text("one\n{{ nobody.name }}")
    for compiles in (True, False):
        with pytest.raises(jinja2.UndefinedError) as told:
            render(folder)
        assert (source, 1) in [(frame.path, frame.lineno) for frame in told.traceback], compiles


def test_the_built_in_templates_are_kept_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    values = {"state": "S.", "broken": "B", "said": "", "fields": ["a"], "hint": "h", "code": "c"}
    text = Templates().text("email/follow_up.txt.j2", values)
    monkeypatch.setattr(jinja2.Environment, "compile", None)
    assert Templates().text("email/follow_up.txt.j2", values) == text
