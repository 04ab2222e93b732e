"""What the documents say is so."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_is_linked_or_named_exists(document: Path) -> None:
    text = document.read_text()
    links = [document.parent / link for link in re.findall(r"\]\(([^)#:]+)\)", text)]
    named = [ROOT / name for name in re.findall(r"`((?:tests|shop|docs|config)/[\w./]+)`", text)]

    planned = {"test_change_price.py", "change_price.py"}  # the example of CONTRIBUTING.md
    assert [path for path in links + named if not path.exists() and path.name not in planned] == []


@pytest.mark.parametrize(
    ("page", "begin", "end"),
    [
        ("guarantees.md", "## Promised", "## Not promised"),
        ("threat-model.md", "## Attacks that are tried", "## Slow clients"),
    ],
)
def test_every_guarantee_names_tests_that_exist(page: str, begin: str, end: str) -> None:
    promised = (ROOT / "docs" / page).read_text().partition(begin)[2].partition(end)[0]
    rows = [
        line for line in promised.splitlines() if re.match(r"\| (?!\|)", line) and "proven by" not in line
    ]

    assert rows
    for row in rows:
        proofs = re.findall(r"\[`(test_\w+)`\]\(\.\./([\w/.]+)\)", row)
        assert proofs, f"nothing proves: {row}"
        for name, path in proofs:
            assert f"def {name}(" in (ROOT / path).read_text(), f"{path} has no {name}"


def test_the_slice_in_the_readme_is_the_one_in_the_code() -> None:
    readme = (ROOT / "README.md").read_text()
    (shown,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)

    assert shown in (ROOT / "shop/modules/inventory/features/open_stock_for_new_product.py").read_text()


def test_the_locks_have_hashes_and_name_no_host() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
