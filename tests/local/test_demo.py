"""Demo data has passwords that everybody knows, so it is refused wherever it could do harm."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from shop.local import demo, goods
from shop.modules.catalog.models import Product
from shop.modules.identity.models import Client, User

pytestmark = pytest.mark.django_db


def test_makes_what_the_contract_says_once(settings: Any) -> None:
    settings.DEBUG = True

    assert demo.make() is True
    assert demo.make() is False

    assert User.objects.get(username="admin").is_superuser
    assert set(Client.objects.values_list("client_id", flat=True)) == {"demo", "demo-spa"}
    assert Product.objects.count() == len(goods.SAMPLES)


def test_goes_on_where_an_interrupted_one_ended(settings: Any) -> None:
    settings.DEBUG = True
    demo.make()
    Client.objects.filter(client_id="demo").delete()

    assert demo.make() is True
    assert Product.objects.count() == len(goods.SAMPLES)


def test_is_refused_without_debug(settings: Any) -> None:
    settings.DEBUG = False

    with pytest.raises(demo.DemoRefused, match="DEBUG=on"):
        demo.make()

    assert not User.objects.exists()


def test_is_refused_on_somebody_elses_database(settings: Any) -> None:
    settings.DEBUG = True
    known = connections["catalog"].settings_dict["HOST"]
    connections["catalog"].settings_dict["HOST"] = "db.example.org"
    try:
        with pytest.raises(demo.DemoRefused, match=r"catalog's is on db\.example\.org"):
            demo.make()
    finally:
        connections["catalog"].settings_dict["HOST"] = known


def test_production_does_not_start_over_demo_data(settings: Any) -> None:
    settings.DEBUG = True
    demo.make()
    settings.DEBUG = False

    with pytest.raises(ImproperlyConfigured, match="has demo data"):
        demo.refuse_in_production()


def test_production_starts_without_demo_data(settings: Any) -> None:
    settings.DEBUG = False

    demo.refuse_in_production()
