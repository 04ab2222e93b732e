"""Alerts that fire: a real Prometheus looks at real processes, of which some stand still."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from uuid_utils.compat import uuid7

from tests.acceptance.shops import Monolith
from tests.observability.test_rules import RULES
from tests.support import eventually
from tests.telemetry.numbers import TOKEN
from tools import private_prometheus

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("_prometheus")]

BOUND = 30.0


class Watched(Monolith):
    def settings(self) -> dict[str, str]:
        return super().settings() | {"METRICS_TOKEN": TOKEN}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Watched]:
    shop = Watched(tmp_path)
    shop.prepare()
    try:
        shop.start()
        yield shop
    finally:
        shop.kill()
        shop.forget()


def impatient_rules() -> dict[str, Any]:
    """The alert as it is, but for seconds in the place of a minute."""
    rules = yaml.safe_load(RULES.read_text())
    for group in rules["groups"]:
        for rule in group["rules"]:
            if rule["alert"] == "OutboxStalled":
                rule["expr"] = re.sub(r"> 60$", "> 2", rule["expr"])
                rule["for"] = "1s"
    return rules  # type: ignore[no-any-return]


def configuration(folder: Path, shop: Watched) -> Path:
    folder.mkdir()
    (folder / "rules.yml").write_text(yaml.safe_dump(impatient_rules()))
    scrape = {
        "job_name": "shop",
        "authorization": {"credentials": TOKEN},
        "static_configs": [{"targets": [f"127.0.0.1:{shop.port}"]}],
    }
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "scrape_configs": [scrape],
    }
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(config))
    return file


def firing(prometheus: str) -> dict[str, str]:
    """The alerts that fire, and what they say."""
    alerts = requests.get(f"{prometheus}/api/v1/alerts", timeout=5).json()["data"]["alerts"]
    known = [one for one in alerts if one["state"] == "firing"]
    return {one["labels"]["alertname"]: one["annotations"]["summary"] for one in known}


def is_scraped(prometheus: str) -> bool:
    query = {"query": "count(shop_lanes_held == 8)"}
    answer = requests.get(f"{prometheus}/api/v1/query", params=query, timeout=5).json()
    return bool(answer["data"]["result"]) and answer["data"]["result"][0]["value"][1] == "5"


def test_workers_that_stand_still_fire_an_alert_which_is_resolved_when_they_go_on(
    shop: Watched, tmp_path: Path
) -> None:
    _, *workers = shop.processes
    with private_prometheus.start(configuration(tmp_path / "prometheus", shop)) as server:
        prometheus = server.wait()
        eventually(lambda: is_scraped(prometheus), BOUND)
        assert firing(prometheus) == {}

        for worker in workers:
            worker.tell(signal.SIGSTOP)
        mug = {"sku": "MUG-1", "name": "Mug", "price": "9.50", "inventory_id": str(uuid7()), "quantity": 1}
        assert shop.call("POST", "/api/v1/products", json=mug).status_code == 201

        said = eventually(lambda: firing(prometheus), BOUND)
        assert re.fullmatch(r"catalog has had events to send for [\d.]+s\.", said["OutboxStalled"])

        for worker in workers:
            worker.tell(signal.SIGCONT)
        eventually(lambda: "OutboxStalled" not in firing(prometheus), BOUND)
