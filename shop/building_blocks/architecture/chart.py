"""``docs/modules.md``: the modules and what is between them, as the code says."""

from collections.abc import Iterator

from shop.building_blocks import modules
from shop.building_blocks.architecture.dependencies import asked_by, events_of, loops_of_events
from shop.building_blocks.architecture.facts import Facts
from shop.building_blocks.modules import ModuleConfig

_HEAD = """\
# The modules

Written by `manage.py modules --write` from the code, and `make check` fails when it is stale. A whole line is
an event, which nobody waits for; a dotted one is a question, whose answer the asker needs. Questions must not
go in a circle, events may: [why](adr/0014-events-may-go-in-a-circle.md).
"""
_NO_LOOPS = "None: no module hears of what it told."


def document() -> str:
    """Markdown, with a Mermaid diagram. Needs all modules in this process."""
    sections = [_section(module, Facts.of(module)) for module in modules.installed()]
    loops = [f"- {_loop(group)}" for group in loops_of_events()] or [_NO_LOOPS]
    return "\n".join([_HEAD, _diagram(), *sections, "## Loops of events\n", *loops]) + "\n"


def _diagram() -> str:
    nodes = [f"  {module.label}[({module.label})]" for module in modules.installed()]
    return "\n".join(["```mermaid", "flowchart LR", *nodes, *_edges(), "```", ""])


def _edges() -> Iterator[str]:
    for module in modules.installed():
        for other in modules.installed():
            if module is not other and (events := _events(module, other)):
                yield f'  {module.label} -- "{"<br>".join(events)}" --> {other.label}'
        for name in sorted({name for name, _ in asked_by(module)}):
            asked = sorted(query.__name__ for other_name, query in asked_by(module) if other_name == name)
            yield f'  {module.label} -. "{"<br>".join(asked)}" .-> {name}'


def _events(publisher: ModuleConfig, consumer: ModuleConfig) -> list[str]:
    types = sorted(event.type for event in events_of(publisher) if event.type in consumer.consumes)
    return [type_.removeprefix(f"{publisher.label}.") for type_ in types]


def _section(module: ModuleConfig, facts: Facts) -> str:
    rows = [
        f"| {kind} | {', '.join(f'`{name}`' for name in names) or 'nothing'} |"
        for kind, names in facts.kinds()
    ]
    contract = f"../{module.name.replace('.', '/')}/contracts.py"
    head = [f"## {module.label}\n", f"Its [contract]({contract}).\n", "| | |", "|---|---|"]
    return "\n".join([*head, *rows, ""])


def _loop(group: list[str]) -> str:
    by_name = {module.label: module for module in modules.installed()}
    told = [
        f"{one} tells {other} {', '.join(f'`{event}`' for event in events)}"
        for one in group
        for other in group
        if one != other and (events := _events(by_name[one], by_name[other]))
    ]
    return f"{', '.join(group)}: {'; '.join(told)}."
