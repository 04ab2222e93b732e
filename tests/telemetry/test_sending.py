"""What /metrics shows is sent to a collector, too: once for all processes that count together."""

import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from uuid_utils.compat import uuid7

from tests.acceptance.shops import LocalShop
from tests.rpc.oracle.contracts import EchoText
from tests.rpc.processes import TOKEN, Oracle
from tests.support import eventually
from tests.telemetry.numbers import Numbers
from tests.telemetry.receiver import Point, Receiver, receiving
from tests.telemetry.test_processes import Web

REQUESTS = "http_server_request_duration_seconds"
NEVER = {"OTEL_METRIC_EXPORT_INTERVAL": "3600000"}
PASSING = ("http_server_active_requests", "shop_thread_last_beat_timestamp_seconds")
"""Of these, the next moment has another value."""

Series = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def collector() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def server(collector: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    server = Web(tmp_path_factory.mktemp("web"), **collector.env_of_metrics)
    yield server
    server.process.kill()


@pytest.fixture
def later() -> Iterator[Receiver]:
    """A collector of its own, to which nothing is sent but the last word."""
    with receiving() as receiver:
        receiver.env_of_metrics |= NEVER
        yield receiver


def sent(points: list[Point]) -> Series:
    return {(one.name, frozenset(one.labels.items())): one.value for one in points}


def shown(page: Numbers) -> Series:
    """Of a histogram the count, as it is of a point."""
    return {
        (one.name.removesuffix("_count"), frozenset(one.labels.items())): one.value
        for one in page.samples
        if not one.name.endswith(("_bucket", "_sum"))
    }


def lasting(series: Series) -> Series:
    return {key: value for key, value in series.items() if key[0] not in PASSING}


def test_it_has_the_names_labels_and_numbers_of_the_page(server: Web, collector: Receiver) -> None:
    server.ask(20)

    eventually(lambda: lasting(sent(collector.exports[-1])) == lasting(shown(server.numbers())))

    points, page = collector.exports[-1], server.numbers()
    assert collector.last(REQUESTS) >= 20
    assert sent(points).keys() == shown(page).keys()
    kinds = {"histogram": "histogram", "sum": "counter", "gauge": "gauge"}
    assert {(one.name.removesuffix("_total"), kinds[one.kind]) for one in points} == {
        (family.name, family.type) for family in page.families.values() if family.samples
    }
    assert {one.labels["module"] for one in points if one.name == "shop_module_up"} == {
        *("catalog", "inventory", "identity")
    }


def test_a_histogram_has_what_is_between_the_bounds(server: Web, collector: Receiver) -> None:
    server.ask(20)
    asked = server.numbers().of(f"{REQUESTS}_count")
    eventually(lambda: collector.last(REQUESTS) == asked)

    histogram = next(one.sent for one in collector.exports[-1] if one.name == REQUESTS)
    page = server.numbers()
    assert (len(histogram.explicit_bounds), sum(histogram.bucket_counts)) == (14, asked)
    assert histogram.sum == pytest.approx(page.of(f"{REQUESTS}_sum"))
    below = 0
    for bound, count in zip(histogram.explicit_bounds, histogram.bucket_counts, strict=False):
        below += count
        assert page.of(f"{REQUESTS}_bucket", le=bound) == below


def test_one_sends_for_all(collector: Receiver, server: Web) -> None:
    eventually(lambda: len(collector.exports) > 10)

    times = [export[0].sent.time_unix_nano / 1e9 for export in collector.exports]
    assert (times[-1] - times[0]) / (len(times) - 1) > 0.15  # and not each of two every 0.2 s
    assert server.numbers().of("shop_web_workers") == 2


def test_whoever_dies_the_others_go_on_in_the_name_of_all(server: Web, collector: Receiver) -> None:
    """As each of the workers is killed, one of them is who has just sent."""
    before = server.numbers().of(f"{REQUESTS}_count")
    for times in (1, 2, 3):
        server.ask(50)
        eventually(partial(lambda total: collector.last(REQUESTS) == total, before + 50 * times))
        server.kill_a_worker()
        eventually(lambda: server.numbers().of("shop_web_workers") == 2)

    already = len(collector.exports)
    eventually(lambda: len(collector.exports) > already)
    points = [point for export in collector.exports for point in export]
    assert len({one.instance for one in points}) == 1
    assert len({one.sent.start_time_unix_nano for one in points if one.kind != "gauge"}) == 1
    totals = [sum(one.value for one in export if one.name == REQUESTS) for export in collector.exports]
    assert totals == sorted(totals)


def test_what_was_counted_since_is_sent_at_the_end(later: Receiver, tmp_path: Path) -> None:
    server = Web(tmp_path, **later.env_of_metrics)
    server.ask(30)
    assert later.exports == []

    server.process.tell(signal.SIGTERM)

    assert server.process.wait() == 0
    assert later.last(REQUESTS) == 30


class Local(LocalShop):
    collector: Receiver

    def settings(self) -> dict[str, str]:
        return super().settings() | self.collector.env_of_metrics


def test_a_process_that_has_no_others_sends_its_own(later: Receiver, tmp_path: Path) -> None:
    Local.collector = later
    shop = Local(tmp_path)
    shop.start()
    mug = {"sku": "OTLP-1", "name": "Mug", "price": "9.50", "inventory_id": str(uuid7()), "quantity": 1}
    assert shop.call("POST", "/api/v1/products", json=mug).status_code == 201

    shop.ask_to_stop()

    assert shop.exit_codes() == [0]
    made = {"http_route": "/api/v1/products", "http_request_method": "POST"}
    assert later.last(REQUESTS, http_response_status_code=201, **made) == 1
    assert later.last("shop_module_up") == 3


def test_who_answers_questions_sends_how_many(later: Receiver, tmp_path: Path, settings: Settings) -> None:
    settings.RPC = {"tokens": (TOKEN,), "timeout": 10.0}
    oracle = Oracle(tmp_path, 2, 0, **later.env_of_metrics)
    oracle.remote()(EchoText(text="Wird es regnen?"))

    oracle.process.tell(signal.SIGTERM)
    assert oracle.process.wait() == 0

    asked = {"module": "oracle", "kind": "query", "name": "EchoText", "outcome": "ok"}
    assert later.last("shop_mediator_duration_seconds", **asked) == 1


def test_a_collector_that_is_away_holds_nobody_up(tmp_path: Path) -> None:
    """The exporter tries for ten seconds, and the second worker would wait for that of the first."""
    server = Web(
        tmp_path,
        OTEL_EXPORTER_OTLP_METRICS_ENDPOINT="http://127.0.0.1:1/v1/metrics",
        OTEL_METRIC_EXPORT_INTERVAL="100",
    )
    server.ask(50)
    began = time.monotonic()
    server.process.tell(signal.SIGTERM)

    assert server.process.wait() == 0
    assert time.monotonic() - began < 10
