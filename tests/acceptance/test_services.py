"""Each module a service of its own: the same image, another setting."""

import re
from collections.abc import Iterator
from itertools import permutations
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import requests

from tests.acceptance.processes import MODULES, address
from tests.acceptance.shops import prepared
from tests.acceptance.split import Services
from tests.support import eventually

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with prepared(Services(tmp_path_factory.mktemp("services", numbered=True))) as services:
        yield services


def run(services: Services, *modules: str) -> None:
    """Start those that do not run yet."""
    running = {process.port for process in services.processes}
    missing = [module for module in modules if services.ports[module] not in running]
    services.launch(one for module in missing for one in services.commands_of(module))


def create_product(services: Services) -> str:
    """By processes of the modules, as nobody could show a token yet; each knows only its own."""
    shelf = f"inventory.create_inventory.CreateInventory(name='shelf {uuid4()}')"
    inventory = services.send(shelf, **services.only("inventory"))
    product = f"sku='MUG-{uuid4().hex[:8].upper()}', name='Mug', price=9.5, quantity=12"
    create = f"catalog.create_product.CreateProduct({product}, inventory_id=UUID('{inventory}'))"
    return services.send(create, **services.only("catalog"))


def number(services: Services, module: str, sql: str) -> Any:
    rows = services.ask(module, sql)
    return rows[0][0] if rows else None


def logged_in(url: str, username: str, password: str) -> requests.Session:
    """In the admin."""
    browser = requests.Session()
    page = browser.get(f"{url}/admin/login/", timeout=20)
    _send_without_tls(browser)
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    form = {"username": username, "password": password, "csrfmiddlewaretoken": token}
    browser.post(f"{url}/admin/login/", form, timeout=20)
    _send_without_tls(browser)
    return browser


def _send_without_tls(browser: requests.Session) -> None:
    """The cookies are for https, which a proxy would speak."""
    for cookie in browser.cookies:
        cookie.secure = False


def test_an_event_waits_for_a_module_that_has_never_run_yet_and_its_answer_comes_back(
    services: Services,
) -> None:
    run(services, "catalog")
    product_id = create_product(services)
    unsent = "SELECT count(*) FROM catalog_outboxmessage WHERE published_at IS NULL"
    eventually(lambda: number(services, "catalog", unsent) == 0)

    run(services, "inventory")

    stock = f"SELECT sum(on_hand) FROM inventory_stockitem WHERE stock_id = '{product_id}'"
    assert eventually(lambda: number(services, "inventory", stock)) == 12
    listed = f"SELECT available FROM catalog_listing WHERE product_id = '{product_id}'"
    eventually(lambda: number(services, "catalog", listed) == 12)


def test_each_serves_its_own_operations_and_nothing_else(services: Services) -> None:
    run(services, *MODULES)

    for module in MODULES:
        url = address(services.ports[module])
        document = requests.get(f"{url}/openapi.json", timeout=20).json()
        tags = {tag for path in document["paths"].values() for one in path.values() for tag in one["tags"]}
        assert tags == {module}
        assert "oauth2" in document["components"].get("securitySchemes", ()) or module == "identity"
        checks = requests.get(f"{url}/readyz", timeout=20).json()["checks"]
        assert [name for name in checks if name.startswith("database:")] == [f"database:{module}"]
        has_admin = requests.get(f"{url}/admin/login/", timeout=20).status_code == 200
        assert has_admin == (module == "identity")


def test_while_identity_is_away_a_token_opens_nothing_and_is_not_called_unknown(services: Services) -> None:
    run(services, "catalog", "identity")
    url = f"{address(services.ports['catalog'])}/api/v1/products"
    identity = next(one for one in services.processes if one.port == services.ports["identity"])
    token = get_token(services)

    assert requests.get(url, timeout=20).status_code == 401
    assert get(url, "unknown").status_code == 401
    identity.hang()
    answer = get(url, token)
    identity.hang(on=False)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["type"] == "urn:shop:problem:tokens-cannot-be-checked"
    eventually(lambda: get(url, token).status_code == 200)


def get_token(services: Services) -> str:
    url = f"{address(services.ports['identity'])}/connect/token"
    fields = {"grant_type": "client_credentials"}
    answer = requests.post(url, auth=services.credentials, data=fields, timeout=20)
    return str(answer.json()["access_token"])


def get(url: str, token: str) -> requests.Response:
    return requests.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=20)


@pytest.mark.parametrize(("module", "other"), list(permutations(MODULES, 2)))
def test_a_module_cannot_enter_the_database_of_another(services: Services, module: str, other: str) -> None:
    name = services.database(other)

    with pytest.raises(psycopg.OperationalError, match=f'permission denied for database "{name}"'):
        psycopg.connect(services.database_url(module), dbname=name)


@pytest.mark.parametrize("module", MODULES)
def test_a_database_has_nothing_of_another_module(services: Services, module: str) -> None:
    where = "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    schemas = services.ask(module, f"SELECT DISTINCT schemaname FROM pg_tables {where}")
    labels = services.ask(module, "SELECT DISTINCT app FROM django_migrations")

    assert schemas == [(module,)]
    assert {label for (label,) in labels} & set(MODULES) == {module}


def test_the_admin_is_one_process_over_the_databases_of_all(services: Services) -> None:
    product_id = create_product(services)
    services.manage(
        *("createsuperuser", "--database", "identity", "--no-input"),
        *("--username", "boss", "--email", "boss@example.org"),
        DJANGO_SUPERUSER_PASSWORD="correct horse 1",
        **services.only("identity"),
    )
    services.launch([services.admin()])
    url = address(services.admin_port)

    page = logged_in(url, "boss", "correct horse 1").get(f"{url}/admin/catalog/product/")
    assert product_id in page.text
    labels = services.ask("identity", "SELECT DISTINCT app_label FROM django_content_type")
    assert {(module,) for module in MODULES} <= set(labels)
