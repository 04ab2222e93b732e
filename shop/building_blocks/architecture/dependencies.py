"""Which contracts of other modules a module uses, read from its source: it need not run here."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from inspect import isclass
from pathlib import Path
from typing import Any

from shop.building_blocks import modules
from shop.building_blocks.messages import Query
from shop.building_blocks.messaging.events import IntegrationEvent
from shop.building_blocks.modules import ModuleConfig

Graph = dict[str, set[str]]


def events_of(module: ModuleConfig) -> list[type[IntegrationEvent]]:
    """Those that a module publishes."""
    return _in_contract(module, IntegrationEvent)


def queries_of(module: ModuleConfig) -> list[type[Query[Any]]]:
    """Those that a module answers to others."""
    return _in_contract(module, Query)


def asked_by(module: ModuleConfig) -> list[tuple[str, type[Query[Any]]]]:
    """The queries of other modules that a module sends, each with the module that answers it."""
    used = used_by(module)
    return [
        (other.label, query)
        for other in modules.known()
        for query in queries_of(other)
        if query.__name__ in used.get(other.label, ())
    ]


def dependencies_of(module: ModuleConfig) -> set[str]:
    """The other modules whose contracts a module imports anything of."""
    return set(used_by(module))


def circle_of_queries() -> list[str]:
    """Modules that ask each other in a circle, ``["catalog", "inventory", "catalog"]``; [] if none do."""
    try:
        TopologicalSorter(
            {one.label: {name for name, _ in asked_by(one)} for one in modules.known()}
        ).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle[::-1]  # it begins with who is asked
    return []


def loops_of_events() -> list[list[str]]:
    """Groups of modules whose events come back to them through the others of the group."""
    names = [one.label for one in modules.known()]
    listens = {one.label: {type_.partition(".")[0] for type_ in one.consumes} for one in modules.known()}
    reached = {name: _reachable(listens, name) for name in names}
    groups = [[one for one in names if one in reached[name] and name in reached[one]] for name in names]
    return [group for at, group in enumerate(groups) if len(group) > 1 and group not in groups[:at]]


def _reachable(graph: Graph, start: str) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = graph.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return found


def _in_contract(module: ModuleConfig, base: type[Any]) -> list[type[Any]]:
    contract = import_module(f"{module.name}.contracts")
    known = [one for one in vars(contract).values() if isclass(one) and issubclass(one, base)]
    return [one for one in known if one.__module__ == contract.__name__]


@cache
def used_by(module: ModuleConfig) -> dict[str, set[str]]:
    """What a module imports of others' contracts: ``{"inventory": {"StockChanged", "GetAvailability"}}``."""
    contracts = {f"{one.name}.contracts": one for one in modules.known() if one.label != module.label}
    used: dict[str, set[str]] = {}
    for imported in _imports(Path(module.path).rglob("*.py")):
        for path, other in contracts.items():
            if imported == path or imported.startswith(f"{path}."):
                names = used.setdefault(other.label, set())
                names |= {imported.removeprefix(f"{path}.")} if imported != path else _everything(other)
    return used


def _everything(module: ModuleConfig) -> set[str]:
    """Who imports the contract as a whole may use all of it."""
    return {one.__name__ for one in (*events_of(module), *queries_of(module))}


def _imports(files: Iterable[Path]) -> Iterator[str]:
    """What is imported, by its whole name: ``shop.modules.inventory.contracts.StockChanged``."""
    for file in files:
        source = file.read_text()
        for node in ast.walk(ast.parse(source)) if "contracts" in source else ():
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
