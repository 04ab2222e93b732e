"""A real Prometheus looks at real processes, and alerts fire when some of them stand still."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from uuid_utils.compat import uuid7

from tests.acceptance.shops import prepared
from tests.observability.test_rules import rules
from tests.observability.watched import Prometheus, Rules, Watched, configuration
from tests.support import eventually
from tools import private_prometheus

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("_prometheus")]

BOUND = 30.0


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with prepared(Watched(tmp_path_factory.mktemp("watched"))) as shop:
        shop.start()
        yield shop


def impatient(rule: Rules) -> None:
    """The alert as it is, but for seconds in the place of a minute."""
    if rule["alert"] == "OutboxStalled":
        rule["expr"] = re.sub(r"> 60$", "> 2", rule["expr"])
        rule["for"] = "1s"


def test_every_process_is_seen_and_every_rule_has_its_answer(shop: Watched, tmp_path: Path) -> None:
    with private_prometheus.start(configuration(tmp_path / "prometheus", shop)) as server:
        prometheus = Prometheus(server.wait())

        eventually(lambda: prometheus.targets() == dict.fromkeys(shop.targets, "up"), BOUND)
        eventually(lambda: prometheus.rules() == {one["alert"]: "ok" for one in rules()}, BOUND)
        assert prometheus.value("count(shop_module_up == 1)") == 3
        assert prometheus.firing() == {}


def test_workers_that_stand_still_fire_an_alert_which_is_resolved_when_they_go_on(
    shop: Watched, tmp_path: Path
) -> None:
    workers = [one for one in shop.processes if not one.port]
    with private_prometheus.start(configuration(tmp_path / "prometheus", shop, impatient)) as server:
        prometheus = Prometheus(server.wait())
        eventually(lambda: prometheus.value("count(shop_lanes_held == 8)") == 5, BOUND)
        assert prometheus.firing() == {}

        for worker in workers:
            worker.tell(signal.SIGSTOP)
        mug = {"sku": "MUG-1", "name": "Mug", "price": "9.50", "inventory_id": str(uuid7()), "quantity": 1}
        assert shop.call("POST", "/api/v1/products", json=mug).status_code == 201

        said = eventually(prometheus.firing, BOUND)
        assert re.fullmatch(r"catalog has had events to send for [\d.]+s\.", said["OutboxStalled"])

        for worker in workers:
            worker.tell(signal.SIGCONT)
        eventually(lambda: "OutboxStalled" not in prometheus.firing(), BOUND)
