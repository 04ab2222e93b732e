"""/metrics tells what was done, and how the messages of each module stand."""

import re
import socket
from contextlib import closing
from pathlib import Path
from select import select

import pytest
from django.db import connections
from django.test import Client
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient
from uuid_utils.compat import uuid7

from shop.building_blocks import modules
from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging import inbox
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.lanes import lanes_for
from shop.modules.catalog.features.create_product import CreateProduct
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.models import OutboxMessage
from tests.support import a_client_with, a_product, an_inventory, deliver_events, lose_table, mug
from tests.telemetry.numbers import Numbers, made_by_us, since

REQUESTS = "http_server_request_duration_seconds_count"
SENDS = "shop_mediator_duration_seconds_count"
DOCUMENT = Path(__file__).parents[2] / "docs/metrics.md"


@pytest.mark.django_db
def test_requests_are_counted_by_the_template_of_their_route_and_their_status() -> None:
    product, before = a_product(), Numbers.now()
    client = a_client_with("catalog:read")

    client.get(f"/api/v1/products/{product}")
    client.get(f"/api/v1/products/{uuid7()}")

    route = {"http_route": "/api/v1/products/<uuid:product_id>", "module": "catalog"}
    assert since(before, REQUESTS, http_response_status_code=200, **route) == 1
    assert since(before, REQUESTS, http_response_status_code=404, **route) == 1
    assert str(product) not in str(Numbers.now().samples)


@pytest.mark.django_db
def test_nobody_can_make_up_series(anonymous: APIClient) -> None:
    browser = Client()

    def ask_for_nonsense(word: str) -> None:
        for path in (
            f"/{word}",
            f"/api/v1/{word}/x",
            f"/api/v1/products/{word}",
            f"/admin/{word}/",
            "/static/x",
        ):
            browser.get(path, HTTP_HOST="localhost")
            browser.get(path, HTTP_HOST=f"{word}.example")
        browser.generic(word.upper(), "/api/v1/products")
        anonymous.get("/api/v1/products", {"q": word}, headers={"X-Request-ID": word, "User-Agent": word})

    ask_for_nonsense("first")
    before = Numbers.now()
    for word in ("second", "third", "fourth"):
        ask_for_nonsense(word)

    assert len(Numbers.now().samples) == len(before.samples)
    assert {"unknown", "_OTHER"} <= before.values("http_route") | before.values("http_request_method")


def test_probes_and_the_page_itself_are_not_counted(anonymous: APIClient) -> None:
    before = Numbers.now()

    anonymous.get("/livez")

    assert since(before, REQUESTS) == 0
    assert before.of("http_server_active_requests") == 1


@pytest.mark.django_db
def test_commands_and_queries_are_counted_by_name_and_outcome() -> None:
    before = Numbers.now()

    product = a_product()
    with pytest.raises(Refusal):
        a_product()
    send(GetProduct(product_id=product))
    lose_table("catalog_product")
    with pytest.raises(Exception, match="catalog_product"):
        send(CreateProduct(**mug(sku="MUG-2")))

    create = {"module": "catalog", "kind": "command", "name": "CreateProduct"}
    outcomes = {one: since(before, SENDS, outcome=one, **create) for one in ("ok", "refused", "failed")}
    assert outcomes == {"ok": 1, "refused": 1, "failed": 1}
    assert since(before, SENDS, kind="query", name="GetProduct", outcome="ok") == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_is_counted_on_its_way() -> None:
    before = Numbers.now()
    a_product(inventory_id=an_inventory())
    unsent = Numbers.now()
    deliver_events()

    assert unsent.of("shop_outbox_unsent", module="catalog", state="ready") == 1
    assert unsent.of("shop_outbox_oldest_unsent_seconds", module="catalog") > 0
    assert since(before, "shop_outbox_published_total", module="catalog") == 1
    handled = {"module": "inventory", "consumer": "open_stock_for_new_product"}
    assert since(before, "shop_inbox_messages_total", outcome="handled", **handled) == 1
    assert since(before, "shop_consumer_duration_seconds_count", **handled) == 1
    assert Numbers.now().of("shop_outbox_oldest_unsent_seconds") == 0


@pytest.mark.django_db(transaction=True)
def test_an_event_that_comes_again_is_counted_as_that() -> None:
    a_product(inventory_id=an_inventory())
    event, before = Envelope.decode(OutboxMessage.objects.get().body), Numbers.now()

    for _ in range(2):
        inbox.consume("inventory", [event, event], guard=lambda: None)

    opened = {"module": "inventory", "consumer": "open_stock_for_new_product"}
    outcomes = {
        one: since(before, "shop_inbox_messages_total", outcome=one, **opened)
        for one in ("handled", "duplicate", "parked")
    }
    assert outcomes == {"handled": 1, "duplicate": 3, "parked": 0}


@pytest.mark.django_db(transaction=True)
def test_an_effect_that_is_undone_is_not_counted() -> None:
    """Of a batch in which one fails, all are done again: each counts once."""
    food, before = an_inventory(), Numbers.now()
    for number in range(3):
        a_product(sku=f"MUG-{number}", inventory_id=food if number < 2 else uuid7())

    deliver_events()

    opened = {"consumer": "open_stock_for_new_product"}
    assert since(before, "shop_inbox_messages_total", outcome="handled", **opened) == 2
    assert since(before, "shop_consumer_duration_seconds_count", **opened) == 2
    assert since(before, "shop_inbox_messages_total", outcome="parked", **opened) == 1


@pytest.mark.django_db
def test_a_database_that_is_away_hides_no_other() -> None:
    lose_table("catalog_outboxmessage")

    now = Numbers.now()

    up = {module: now.of("shop_module_up", module=module) for module in ("catalog", "inventory", "identity")}
    assert up == {"catalog": 0, "inventory": 1, "identity": 1}
    assert "catalog" not in {one.labels["module"] for one in now.families["shop_outbox_unsent"].samples}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_server_that_never_answers_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """By all modules that have a database there: who asks for the page goes when it takes too long."""
    with socket.create_server(("127.0.0.1", 0)) as silent, monkeypatch.context() as patch:
        for connection in map(connections.__getitem__, modules.names()):
            connection.close()
            patch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
            patch.setitem(connection.settings_dict, "PORT", silent.getsockname()[1])
            patch.setitem(connection.settings_dict["OPTIONS"], "connect_timeout", 2)

        now = Numbers.now()

        silent.settimeout(5)
        silent.accept()[0].close()
        assert not select([silent], [], [], 0)[0]
    assert [one.value for one in now.families["shop_module_up"].samples] == [0, 0, 0]


@pytest.mark.postgresql
@pytest.mark.django_db
def test_lanes_that_nobody_holds_are_told() -> None:
    with connections["inventory"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('relay:inventory'), 3)")

    now = Numbers.now()

    assert now.of("shop_lanes", module="inventory", kind="relay") == 8
    assert now.of("shop_lanes_held", module="inventory", kind="relay") == 1
    assert now.of("shop_lanes_held", module="inventory", kind="inbox") == 0
    assert now.of("shop_lanes", module="identity", kind="inbox") == 0


@pytest.mark.django_db(transaction=True)
def test_whether_anybody_carries_events_without_a_broker_is_told(settings: Settings) -> None:
    settings.BROKER_URL, alone = "", Numbers.now()

    with closing(lanes_for("catalog", "bus", count=1)) as lanes:
        lanes.balance()
        carried = Numbers.now()

    numbers = [(one.of("shop_lanes"), one.of("shop_lanes_held")) for one in (carried, Numbers.now())]
    assert numbers == [(1, 1), (1, 0)]
    assert alone.of("shop_lanes_held") == 0


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer wrong", "Basic planted", "planted", "Bearer plänted"]
)
def test_who_does_not_know_the_token_learns_nothing(settings: Settings, shown: str) -> None:
    settings.METRICS_TOKEN = "planted"

    answer = Client().get("/metrics", headers={"Authorization": shown})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert b"shop_" not in answer.content


@pytest.mark.django_db
def test_who_shows_the_token_may_come_by_any_name_and_without_tls(settings: Settings) -> None:
    settings.METRICS_TOKEN, settings.DEBUG, settings.SECURE_SSL_REDIRECT = "planted", False, True

    answer = Client().get("/metrics", headers={"Authorization": "Bearer planted", "Host": "10.1.2.3:8000"})

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")


@pytest.mark.parametrize(("debug", "address"), [(False, "127.0.0.1"), (True, "10.1.2.3")])
def test_without_a_token_only_a_trial_tells_and_only_its_own_machine(
    settings: Settings, debug: bool, address: str
) -> None:
    settings.DEBUG = debug

    assert Client(REMOTE_ADDR=address).get("/metrics").status_code == 404


def test_it_can_only_be_read(anonymous: APIClient) -> None:
    assert anonymous.post("/metrics").status_code == 405


def test_the_document_has_every_metric_with_its_type_and_labels() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|(.*?)\| .+ \|$", DOCUMENT.read_text(), re.MULTILINE)

    documented = {name: (kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
    assert documented == made_by_us()
