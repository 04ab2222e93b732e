"""What docker/ defines is complete and safe. Nothing here builds an image: there may be no Docker."""

import re
from pathlib import Path
from typing import Any

import pytest

from config.__main__ import PROGRAMS
from tools import compose, credentials
from tools.local_processes import Here, is_ours

ROOT = Path(__file__).parents[2]
FILES = (*compose.TOPOLOGIES, "observability")
DEFINITIONS = {
    f"{file}-{name}": (name, definition)
    for file in FILES
    for name, definition in compose.definitions(file, {}).items()
}
SERVICES = [pytest.param(*one, id=id_) for id_, one in DEFINITIONS.items()]
OURS = [
    pytest.param(definition, id=id_)
    for id_, (_, definition) in DEFINITIONS.items()
    if definition["image"].startswith("shop:")
]
# By nothing but its end: two images have no program to ask with.
TOLD_BY_ITS_END = {"migrate", "collector", "jaeger"}
SWITCHES_OF_OTHERS = re.compile(r"OTEL_")


@pytest.mark.parametrize(("name", "definition"), SERVICES)
def test_every_image_is_pinned_and_most_say_whether_they_are_well(
    name: str, definition: dict[str, Any]
) -> None:
    image, _, tag = definition["image"].rpartition(":")

    assert image == "shop" or re.search(r"\d+\.\d+", tag)
    can_say = name.rpartition("-")[2] not in TOLD_BY_ITS_END
    assert bool(definition.get("healthcheck", {}).get("test")) == can_say


def test_topologies_are_one_image_and_differ_in_no_line_of_code() -> None:
    ours = [definition for _, definition in DEFINITIONS.values() if definition["image"].startswith("shop:")]

    assert {str((one["image"], one.get("build"))) for one in ours} == {
        str((ours[0]["image"], ours[0]["build"]))
    }
    assert not any("volumes" in one or "configs" in one or "entrypoint" in one for one in ours)


def test_what_is_left_open_is_an_empty_text_as_compose_has_it() -> None:
    """And not null, which a process would read as a name."""
    values = [value for _, one in DEFINITIONS.values() for value in one.get("environment", {}).values()]

    assert "" in values
    assert None not in values


@pytest.mark.parametrize("definition", OURS)
def test_our_processes_can_do_no_more_than_they_must(definition: dict[str, Any]) -> None:
    assert int(definition["user"].partition(":")[0]) > 0
    assert definition["read_only"] is True
    assert definition["cap_drop"] == ["ALL"]
    assert definition["security_opt"] == ["no-new-privileges:true"]
    assert "ports" not in definition


@pytest.mark.parametrize("definition", OURS)
def test_every_command_and_variable_is_one_that_there_is(definition: dict[str, Any]) -> None:
    described = set(re.findall(r"^#?\s?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    variables = {one.removesuffix("_FILE") for one in definition["environment"]}

    assert definition["command"][0] in PROGRAMS
    assert {one for one in variables if not SWITCHES_OF_OTHERS.match(one)} <= described | {
        one.removesuffix("_FILE") for one in described
    }


@pytest.mark.parametrize("definition", OURS)
def test_a_process_is_given_the_secrets_that_it_reads_and_no_others(definition: dict[str, Any]) -> None:
    values = map(str, definition["environment"].values())
    read = {value.removeprefix("/run/secrets/") for value in values if value.startswith("/run/secrets/")}

    assert read == set(definition["secrets"])
    modules = definition["environment"].get("SHOP_MODULES", ",".join(credentials.MODULES)).split(",")
    assert {one for one in read if re.fullmatch(r"(?!broker).*_database_url", one)} == {
        f"{module}_database_url" for module in modules
    }
    assert ("database_admin_url" in read) == (definition["command"] == ["migrate"])


@pytest.mark.parametrize("topology", compose.TOPOLOGIES)
def test_what_is_left_open_is_empty(topology: str) -> None:
    for one in compose.load(topology, {}):
        assert one.environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "") == "", one.name


@pytest.mark.parametrize("topology", compose.TOPOLOGIES)
def test_every_secret_is_made_and_mounted(topology: str) -> None:
    made = set(credentials.of_containers(topology))
    made |= set(credentials.of_introspection("client_id=a\nclient_secret=b\n"))
    given = {secret for one in compose.load(topology, {}) for secret in one.secrets}

    declared = compose.content(f"compose.{topology}.yml", {})["secrets"]
    assert given == set(declared)
    assert given <= made
    assert {one["file"] for one in declared.values()} == {f"secrets/{name}" for name in declared}


@pytest.mark.parametrize("topology", compose.TOPOLOGIES)
def test_what_runs_without_docker_is_what_runs_in_it(topology: str, tmp_path: Path) -> None:
    here = Here(topology, 8000, tmp_path, "test")
    known = {one.name: one for one in compose.load(topology, {}) if is_ours(one) or one.name == "proxy"}

    started = [*here.preparations(), *here.processes()]

    assert sorted(one.service.name for one in started) == sorted(
        name for name, one in known.items() for _ in range(one.replicas)
    )
    for process in started:
        of_container = known[process.service.name]
        assert set(process.env) >= set(of_container.environment)
        words = process.command[3:] if is_ours(of_container) else []
        assert words[: len(of_container.command)] == of_container.command
        assert not re.search(r"/run/secrets|[a-z]:[78]000", " ".join(process.env.values()))


def test_a_worker_that_has_the_clock_is_asked_about_it() -> None:
    workers = [one for _, one in DEFINITIONS.values() if one.get("command", [""])[0] == "worker"]

    assert {"-B" in one["command"] for one in workers} == {True, False}
    for one in workers:
        assert any(word.endswith("health/beat") for word in one["healthcheck"]["test"]) == (
            "-B" in one["command"]
        )
        assert any(word.endswith("health/worker") for word in one["healthcheck"]["test"])


@pytest.mark.parametrize("topology", compose.TOPOLOGIES)
def test_every_module_runs_with_all_that_it_needs(topology: str) -> None:
    of_module: dict[str, set[str]] = {module: set() for module in credentials.MODULES}
    for one in filter(is_ours, compose.load(topology, {})):
        for module in one.environment.get("SHOP_MODULES", ",".join(of_module)).split(","):
            of_module[module].update(one.command)

    for commands in of_module.values():
        assert commands >= {"web", "worker", "migrate"}
        assert commands & {"beat", "-B"}


def test_the_image_leaves_its_tools_behind_and_is_nobody_in_particular() -> None:
    stages = re.split(r"^FROM ", (ROOT / "docker/Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    bases = {stage.split()[0] for stage in stages}

    assert len(stages) == 2
    assert len(bases) == 1
    assert re.fullmatch(r"python:\d+\.\d+\.\d+-[\w-]+", bases.pop())
    assert not re.search(r"pip install|apt-get", stages[-1])
    assert re.findall(r"^USER (\d+):", stages[-1], re.MULTILINE) == ["10001"]
    assert "HEALTHCHECK" in stages[-1]


def test_what_the_image_is_made_of_is_all_that_is_sent_to_make_it() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    sent = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(\S+)", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)

    assert "*" in lines
    assert sent == set(copied)
