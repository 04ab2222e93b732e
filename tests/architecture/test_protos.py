"""Callers in other languages keep what `protos/` promised them, and are not held to what it does not say."""

import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from shutil import copytree

import pytest
from django.core.management import call_command

from tools import protos

CATALOG = "shop/catalog/v1/catalog.proto"
INVENTORY = "shop/inventory/v1/inventory.proto"


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the code says, found out once."""
    folder = tmp_path_factory.mktemp("exported")
    call_command("export_protos", folder, stdout=StringIO())
    return folder


@pytest.fixture
def promised(tmp_path: Path, exported: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of our own to compare with that."""
    folder = tmp_path / "protos"
    copytree(protos.FOLDER, folder)
    monkeypatch.setattr(protos, "FOLDER", folder)
    monkeypatch.setattr(protos, "GENERATE", ("cp", "-rT", str(exported)))
    return folder


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def commit(folder: Path) -> None:
    for arguments in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["add", "protos"],
        ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "-m", "Promise"],
    ):
        subprocess.run(["git", *arguments], cwd=folder, check=True)


def test_what_is_checked_in_is_what_the_code_says() -> None:
    assert protos.main(["--check"]) == 0


def test_a_stale_file_is_told_of_and_renewed(promised: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh = (promised / CATALOG).read_text()
    edit(promised / CATALOG, "A product that is for sale.", "A product.")

    assert protos.main(["--check"]) == 1
    assert "`make protos` writes it anew" in capsys.readouterr().out

    assert protos.main([]) == 0
    assert (promised / CATALOG).read_text() == fresh
    assert protos.main(["--check"]) == 0


def test_a_file_that_is_missing_is_written(promised: Path) -> None:
    (promised / CATALOG).unlink()

    assert protos.main(["--check"]) == 1
    assert protos.main([]) == 0
    assert (promised / CATALOG).exists()


BREAKS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "a query is gone": (
        'Previously present RPC "NameWarehouses"',
        lambda folder: edit(folder / INVENTORY, "NameInventories", "NameWarehouses"),
    ),
    "a field is gone": (
        '"2" with name "locale"',
        lambda folder: edit(
            folder / CATALOG,
            "repeated string product_ids = 1;",
            "repeated string product_ids = 1;\n  optional string locale = 2;",
        ),
    ),
    "a field has another name": (
        'to "name"',
        lambda folder: edit(folder / CATALOG, "string name = 3;", "string title = 3;"),
    ),
    "fields have changed places": (
        '"sku"',
        lambda folder: edit(
            folder / CATALOG,
            "string sku = 2;\n  string name = 3;",
            "string name = 2;\n  string sku = 3;",
        ),
    ),
    "a field has another type": (
        '"int64"',
        lambda folder: edit(folder / INVENTORY, "int64 available = 2;", "string available = 2;"),
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_would_break_callers_is_not_written(
    promised: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    complaint, spoil = BREAKS[name]
    spoil(promised)
    before = {file: file.read_text() for file in promised.rglob("*.proto")}

    for arguments in ([], ["--check"]):
        assert protos.main(arguments) == 1
        said = capsys.readouterr().out
        assert "This breaks programs that call us:" in said
        assert complaint in said
    assert {file: file.read_text() for file in promised.rglob("*.proto")} == before


def test_a_promise_that_was_edited_away_is_still_known_from_what_was_committed(
    promised: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = (promised / CATALOG).read_text()
    BREAKS["a field is gone"][1](promised)
    commit(promised.parent)
    (promised / CATALOG).write_text(fresh)

    assert protos.main(["--check"]) == 1
    assert "This breaks programs that call us:" in capsys.readouterr().out


def test_what_nobody_calls_any_more_may_go_when_it_is_named(promised: Path) -> None:
    edit(promised / INVENTORY, "NameInventories", "NameWarehouses")
    edit(promised / "buf.yaml", "    - WIRE_JSON\n", f"    - WIRE_JSON\n  ignore:\n    - {INVENTORY}\n")

    assert protos.main([]) == 0
    assert "NameWarehouses" not in (promised / INVENTORY).read_text()


def test_a_field_that_is_appended_breaks_nobody(promised: Path) -> None:
    edit(promised / CATALOG, "\n  string currency = 5;", "")

    assert protos.main([]) == 0
    assert "string currency = 5;" in (promised / CATALOG).read_text()
