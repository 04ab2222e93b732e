"""A variable is read as it was meant, or refused by its name."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.variables import Variables

env = Variables()


@pytest.mark.parametrize(
    ("text", "meant"),
    [("on", True), ("True", True), ("1", True), ("off", False), ("no", False), ("0", False)],
)
def test_a_flag_is_on_or_off(monkeypatch: pytest.MonkeyPatch, text: str, meant: bool) -> None:
    monkeypatch.setenv("FLAG", text)

    assert env.bool("FLAG", default=not meant) is meant


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FLAG", "NUMBER", "LIST", "TEXT"):
        monkeypatch.setenv(name, "")

    assert env.bool("FLAG", default=True) is True
    assert env.float("NUMBER", default=1.5) == 1.5
    assert env.list("LIST", default=[]) == []
    assert env.str("TEXT", default="") == ""


@pytest.mark.parametrize("text", ["ture", "2", "off!"])
def test_what_may_be_a_flag_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("FLAG", text)

    with pytest.raises(ImproperlyConfigured, match=f"^FLAG is '{text}' and must be on or off"):
        env.bool("FLAG", default=True)


@pytest.mark.parametrize("text", ["500ms", "1,5", "many", "nan", "inf"])
def test_what_may_be_a_number_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("NUMBER", text)

    with pytest.raises(ImproperlyConfigured, match=f"^NUMBER is '{text}' and must be a number"):
        env.float("NUMBER", default=1.0)
    with pytest.raises(ImproperlyConfigured, match=f"^NUMBER is '{text}' and must be a whole number"):
        env.int("NUMBER", default=1)


def test_a_number_may_be_written_as_people_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBER", " 1e3 ")

    assert env.float("NUMBER", default=1.0) == 1000.0


def test_a_secret_may_begin_with_a_dollar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENS", "$HOME,next")

    assert env.str("TOKENS", default="") == "$HOME,next"
    assert env.list("TOKENS", default=[]) == ["$HOME", "next"]


def test_the_end_of_a_files_last_line_is_not_part_of_its_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("of the house\r\n")
    monkeypatch.setenv("KEPT_FILE", str(tmp_path / "secret"))

    assert env.str("KEPT", default="") == "of the house"


def test_a_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOST_FILE", str(tmp_path / "secret"))

    with pytest.raises(ImproperlyConfigured, match=r"^LOST_FILE is .*/secret: No such file or directory"):
        env.str("LOST", default="")
