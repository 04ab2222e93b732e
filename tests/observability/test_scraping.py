"""The files of docker/ know each other: who shows metrics is looked at, and who looks has what it takes."""

import json
from typing import Any

import pytest
import yaml

from tests.observability.test_rules import DASHBOARDS, FILES
from tools import compose
from tools.local_processes import PORTS
from tools.private_prometheus import promtool

CONFIG = FILES / "prometheus.yml"
STACK = compose.content("compose.observability.yml", {})["services"]


def jobs() -> dict[str, dict[str, Any]]:
    return {one["job_name"]: one for one in yaml.safe_load(CONFIG.read_text())["scrape_configs"]}


def looked_at(job: str) -> set[tuple[str, int]]:
    return {(name, sd["port"]) for sd in jobs()[job]["dns_sd_configs"] for name in sd["names"]}


def mounted(service: str) -> dict[str, str]:
    """Path in the container -> path in docker/."""
    pairs = (one.split(":")[:2] for one in STACK[service]["volumes"])
    return {inside: outside for outside, inside in pairs}


def test_whoever_shows_metrics_in_some_topology_is_looked_at() -> None:
    watched = {
        (one.name, int(one.environment.get("METRICS_BIND", f":{PORTS['web']}").rpartition(":")[2]))
        for topology in compose.TOPOLOGIES
        for one in compose.load(topology, {})
        if "METRICS_TOKEN_FILE" in one.environment
    }

    assert watched == looked_at("shop")


def test_what_serves_has_metrics_to_show() -> None:
    for topology in compose.TOPOLOGIES:
        for one in compose.load(topology, {}):
            serves = one.command[:1] in (["web"], ["worker"], ["rpc"])
            assert ("METRICS_TOKEN_FILE" in one.environment) == serves, one.name


def test_the_broker_shows_its_own() -> None:
    assert looked_at("rabbitmq") == looked_at("rabbitmq-queues") == {("rabbitmq", 15692)}
    for topology in compose.TOPOLOGIES:
        volumes = compose.definitions(topology, {})["rabbitmq"]["volumes"]
        assert "./rabbitmq/enabled_plugins:/etc/rabbitmq/enabled_plugins:ro" in volumes
    assert "rabbitmq_prometheus" in (compose.FOLDER / "rabbitmq/enabled_plugins").read_text()


def test_prometheus_has_the_token_and_the_rules() -> None:
    secret = jobs()["shop"]["authorization"]["credentials_file"]
    files = mounted("prometheus")

    assert secret == f"/run/secrets/{STACK['prometheus']['secrets'][0]}"
    assert (compose.FOLDER / files["/etc/prometheus/rules"]).resolve() == FILES / "rules"
    assert (compose.FOLDER / files["/etc/prometheus/prometheus.yml"]).resolve() == CONFIG


def test_grafana_has_the_dashboards_and_what_they_ask() -> None:
    files = mounted("grafana")
    provisioning = compose.FOLDER / files["/etc/grafana/provisioning"]
    (provider,) = yaml.safe_load((provisioning / "dashboards/dashboards.yml").read_text())["providers"]
    sources = yaml.safe_load((provisioning / "datasources/datasources.yml").read_text())["datasources"]

    assert (compose.FOLDER / files[provider["options"]["path"]]).resolve() == FILES / "dashboards"
    known = {one["uid"]: one["url"].split("//")[1].split(":")[0] for one in sources}
    assert set(known.values()) <= set(STACK)
    for dashboard in DASHBOARDS:
        assert set(uids(json.loads(dashboard.read_text()))) <= known.keys()


def uids(part: Any) -> list[str]:
    """Of all data sources that are named, however deep."""
    if isinstance(part, list):
        return [uid for one in part for uid in uids(one)]
    if not isinstance(part, dict):
        return []
    own = part.get("datasource")
    return [*([own["uid"]] if isinstance(own, dict) else []), *uids(list(part.values()))]


@pytest.mark.usefixtures("_prometheus")
def test_prometheus_understands_its_configuration() -> None:
    done = promtool("check", "config", "--syntax-only", CONFIG)

    assert done.returncode == 0, done.stdout + done.stderr
