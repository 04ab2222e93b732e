"""Alerts and dashboards ask for what there is, in a language that Prometheus understands."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.telemetry.numbers import made_by_us
from tools.private_prometheus import promtool

ROOT = Path(__file__).parents[2]
FILES = ROOT / "docker/observability"
RULES = FILES / "rules/shop.yml"
DASHBOARDS = sorted((FILES / "dashboards").glob("*.json"))
ASKED = re.compile(r"\b(?:shop|http_server|rabbitmq)_\w+")
OF_THE_BROKER = {"rabbitmq_detailed_queue_messages_ready": "queue"}
LABELS = re.compile(r"(?:by \(|[{,]\s*)([\w, ]+?)(?:\)|=)")


def series() -> set[str]:
    """The names that can be asked for."""
    known = made_by_us()
    histograms = (name for name, (kind, _) in known.items() if kind == "histogram")
    others = {name for name, (kind, _) in known.items() if kind != "histogram"}
    return {*others, *OF_THE_BROKER} | {
        f"{name}_{part}" for name in histograms for part in ("bucket", "count", "sum")
    }


def labels() -> set[str]:
    """Those of the shop and its broker, and those that Prometheus adds or gives to histograms and alerts."""
    ours = {label for _, names in made_by_us().values() for label in names}
    return ours | {"le", "pid", "instance", "alertstate", *OF_THE_BROKER.values()}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels(dashboard: Path) -> Iterator[dict[str, Any]]:
    for panel in json.loads(dashboard.read_text())["panels"]:
        if panel["type"] != "row":
            yield panel


def queries(dashboard: Path) -> list[str]:
    return [target["expr"] for panel in panels(dashboard) for target in panel["targets"]]


def test_alerts_ask_for_metrics_and_labels_that_exist() -> None:
    for rule in rules():
        assert set(ASKED.findall(rule["expr"])) <= series(), rule["alert"]
        assert asked_by(rule["expr"]) <= labels(), rule["alert"]


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_ask_for_metrics_and_labels_that_exist(dashboard: Path) -> None:
    for query in queries(dashboard):
        assert ASKED.findall(query) or "ALERTS" in query
        assert set(ASKED.findall(query)) <= series(), query
        assert asked_by(query) <= labels(), query


def asked_by(query: str) -> set[str]:
    return {name for found in LABELS.findall(query) for name in re.split(r",\s*", found)}


def test_every_metric_is_on_a_dashboard_or_in_an_alert() -> None:
    asked = " ".join([*(rule["expr"] for rule in rules()), *(q for one in DASHBOARDS for q in queries(one))])

    assert [name for name in made_by_us() if name not in asked] == []


def test_there_is_a_dashboard_for_each_question_and_each_has_its_own_name() -> None:
    uids = [json.loads(one.read_text())["uid"] for one in DASHBOARDS]

    assert uids == [one.stem for one in DASHBOARDS] == ["shop-messaging", "shop-module", "shop-overview"]
    for dashboard in DASHBOARDS:
        ids = [panel["id"] for panel in json.loads(dashboard.read_text())["panels"]]
        assert len(ids) == len(set(ids))


def test_every_alert_says_what_to_do_and_is_tried() -> None:
    tried = {
        case["alertname"]
        for test in yaml.safe_load((ROOT / "tests/observability/alerts.yml").read_text())["tests"]
        for case in test["alert_rule_test"]
        if case.get("exp_alerts")
    }

    assert {rule["alert"] for rule in rules()} == tried
    for rule in rules():
        assert rule["annotations"].keys() == {"summary", "action"}
        assert rule["labels"]["severity"] in {"page", "warn"}


@pytest.mark.usefixtures("_prometheus")
def test_prometheus_understands_the_alerts_and_they_fire_when_they_should() -> None:
    for arguments in (("check", "rules", RULES), ("test", "rules", ROOT / "tests/observability/alerts.yml")):
        done = promtool(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.usefixtures("_prometheus")
def test_prometheus_understands_the_dashboards(tmp_path: Path) -> None:
    written = [query for dashboard in DASHBOARDS for query in queries(dashboard)]
    known = [one.replace("$__rate_interval", "1m").replace("$module", "catalog") for one in written]
    file = tmp_path / "queries.yml"
    recorded = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(known)]
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": recorded}]}))

    done = promtool("check", "rules", file)

    assert done.returncode == 0, done.stdout + done.stderr
