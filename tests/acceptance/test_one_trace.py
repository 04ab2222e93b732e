"""One product from the request to its stock in the other module, and back: all of it is one trace."""

import pytest

from tests.acceptance.shops import Shop
from tests.acceptance.split import Split
from tests.acceptance.test_the_path import create_inventory, create_product
from tests.support import eventually
from tests.telemetry.receiver import Receiver, Span, a_trace, lineage

CREATED, CHANGED = "catalog.product_created.v1", "inventory.stock_changed.v1"
THERE = [
    ("catalog", "POST api/v1/products"),
    ("catalog", "CreateProduct"),
    ("catalog", f"create {CREATED}"),
    ("inventory", f"process {CREATED}"),
]
BACK = [("inventory", f"create {CHANGED}"), ("catalog", f"process {CHANGED}")]
SENT = f"send {CREATED}", f"send {CHANGED}"
INTROSPECTION = "POST connect/introspect"
QUESTION = "shop.inventory.v1.InventoryService/GetAvailability"


def path_to(shop: Shop, *steps: tuple[str, str]) -> list[tuple[str, str]]:
    """As modules and names of spans; what the process of the module is called here."""
    groups = shop.groups if isinstance(shop, Split) else ()
    services = {module: "-".join(group) for group in groups for module in group}
    return [(services.get(module, "shop"), name) for module, name in steps]


def paths(spans: list[Span]) -> list[list[tuple[str, str]]]:
    return [[(one.service, one.name) for one in lineage(spans, span)] for span in spans]


@pytest.mark.core
def test_a_product_its_stock_and_what_is_available_are_one_trace(shop: Shop, receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    create_product(shop, inventory=create_inventory(shop), headers=carrier)

    spans = receiver.trace(trace_id, THERE[0][1], BACK[-1][1], *SENT)

    found = paths(spans)
    assert path_to(shop, *THERE, *BACK) in found
    assert path_to(shop, *THERE, ("inventory", "INSERT inventory_stock")) in found
    assert path_to(shop, *THERE[:2], ("catalog", "INSERT catalog_product")) in found
    assert path_to(shop, *THERE[:3], ("catalog", SENT[0])) in found
    assert path_to(shop, *THERE, BACK[0], ("inventory", SENT[1])) in found
    (request,) = [span for span in spans if lineage(spans, span) == [span]]
    assert request.parent == carrier["traceparent"].split("-")[2]


@pytest.mark.topologies("identity extracted", "services")
@pytest.mark.core
def test_asking_identity_about_a_token_is_in_the_trace(shop: Shop, receiver: Receiver) -> None:
    """Of a token that is new: others are remembered for a while."""
    shop.log_in()
    trace_id, carrier = a_trace()

    shop.call("GET", "/api/v1/products", headers=carrier)

    request = ("catalog", "GET api/v1/products")
    introspection = [request, ("catalog", "POST"), ("identity", INTROSPECTION)]
    assert path_to(shop, *introspection) in paths(receiver.trace(trace_id, request[1], INTROSPECTION))


@pytest.mark.topologies("catalog extracted", "inventory extracted", "services")
@pytest.mark.core
def test_a_question_is_in_the_trace_of_who_asks(shop: Shop, receiver: Receiver) -> None:
    """A command line begins one."""
    create_product(shop)
    shop.manage("rebuild_availability", **shop.only("catalog"), OTEL_TRACES_SAMPLER="always_on")

    service = path_to(shop, ("inventory", ""))[0][0]
    answered = eventually(
        lambda: [one for one in receiver.spans if (one.service, one.name) == (service, QUESTION)]
    )
    spans = receiver.trace(answered[-1].trace_id, QUESTION, QUESTION, "GetAvailability", "GetAvailability")
    asked = [("catalog", "GetAvailability"), ("catalog", QUESTION)]
    answer = [("inventory", QUESTION), ("inventory", "GetAvailability")]
    assert path_to(shop, *asked, *answer) in paths(spans)
