"""Which scenario held on which topology, as a table that a README can show."""

import re
from collections.abc import Iterable
from typing import Any

from tests.acceptance.topologies import TOPOLOGIES

_SCENARIO = re.compile(r"tests/acceptance/\w+\.py::test_(?P<name>\w+)\[(?P<parameters>[^\]]+)\]")
_SIGNS = {"passed": "✓", "failed": "✗", "error": "✗"}


def table(stats: dict[str, list[Any]]) -> str:
    """From pytest's reports by outcome; empty when no scenario ran."""
    held: dict[str, dict[str, str]] = {}
    for outcome, sign in _SIGNS.items():
        for report in stats.get(outcome, ()):
            found = _SCENARIO.match(report.nodeid)
            if found and (topology := _topology(found["parameters"])):
                held.setdefault(sentence(found["name"]), {})[topology] = sign
    if not held:
        return ""
    ran = [name for name in TOPOLOGIES if any(name in one for one in held.values())]
    return "\n".join(_rows(ran, held))


def sentence(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _topology(parameters: str) -> str | None:
    """Beside it there may be parameters of the scenario's own; None where it has no topology."""
    return next((name for name in TOPOLOGIES if name in parameters.split("-")), None)


def _rows(ran: list[str], held: dict[str, dict[str, str]]) -> Iterable[str]:
    yield f"| | {' | '.join(ran)} |"
    yield f"|---|{':-:|' * len(ran)}"
    for scenario, signs in sorted(held.items()):
        yield f"| {scenario} | {' | '.join(signs.get(name, '-') for name in ran)} |"
