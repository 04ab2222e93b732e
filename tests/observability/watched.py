"""A shop as Prometheus sees it, which is configured as docker/ says but for where the processes are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
import yaml

from tests.acceptance.processes import WORKER, Command, rpc, web
from tests.acceptance.shops import Monolith
from tests.observability.test_rules import RULES
from tests.observability.test_scraping import CONFIG
from tests.telemetry.numbers import TOKEN
from tools.private_server import free_port

Rules = dict[str, Any]


class Watched(Monolith):
    """A web process with its workers, two that carry events, and one that answers questions."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.listeners = [f"127.0.0.1:{free_port()}" for _ in range(3)]

    @property
    def targets(self) -> list[str]:
        return [f"127.0.0.1:{self.port}", *self.listeners]

    def settings(self) -> dict[str, str]:
        return super().settings() | {"METRICS_TOKEN": TOKEN}

    def commands(self) -> list[Command]:
        silent = [WORKER, WORKER, rpc(free_port())]
        pairs = zip(silent, self.listeners, strict=True)
        listening = [one._replace(env={**one.env, "METRICS_BIND": where}) for one, where in pairs]
        return [web(self.port, "--workers", "2"), *listening]


class Prometheus:
    """What the one at an address knows."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/v1"

    def targets(self) -> dict[str, str]:
        """Address -> health."""
        known = self._data("targets")["activeTargets"]
        return {one["labels"]["instance"]: one["health"] for one in known}

    def rules(self) -> dict[str, str]:
        """Alert -> health, of those that have been evaluated."""
        known = [rule for group in self._data("rules")["groups"] for rule in group["rules"]]
        return {one["name"]: one["health"] for one in known if one["health"] != "unknown"}

    def firing(self) -> dict[str, str]:
        """Alert -> what it says."""
        known = [one for one in self._data("alerts")["alerts"] if one["state"] == "firing"]
        return {one["labels"]["alertname"]: one["annotations"]["summary"] for one in known}

    def value(self, query: str) -> float:
        """Of a query with one answer, or 0."""
        found = self._data("query", query=query)["result"]
        return float(found[0]["value"][1]) if found else 0

    def _data(self, path: str, **query: str) -> Any:
        return requests.get(f"{self._url}/{path}", params=query, timeout=5).json()["data"]


def configuration(folder: Path, shop: Watched, change: Callable[[Rules], None] = lambda _: None) -> Path:
    """That of docker/, which looks every second, at this shop; ``change`` may make a rule less patient."""
    folder.mkdir()
    (folder / "token").write_text(TOKEN)
    rules = yaml.safe_load(RULES.read_text())
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        change(rule)
    (folder / "rules").mkdir()
    (folder / "rules/shop.yml").write_text(yaml.safe_dump(rules))
    config = yaml.safe_load(CONFIG.read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    for job in config["scrape_configs"]:
        of_shop = job["job_name"] == "shop"
        del job["dns_sd_configs"]
        job["static_configs"] = [{"targets": shop.targets if of_shop else []}]
        if of_shop:
            job["authorization"]["credentials_file"] = "token"
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(config))
    return file
