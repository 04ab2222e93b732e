"""What /metrics says."""

from typing import Any

from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from shop.building_blocks.messaging.console.gauges import FAMILIES
from shop.building_blocks.telemetry.metrics.instruments import registry

TOKEN = "of the tests"
SUFFIX = {"counter": "_total"}


def made_by_us() -> dict[str, tuple[str, tuple[str, ...]]]:
    """The type and the labels of each metric, by its name."""
    counted: list[Any] = list(registry._collector_to_names)
    instruments = {one._name + SUFFIX.get(one._type, ""): (one._type, one._labelnames) for one in counted}
    return instruments | {name: ("gauge", labels) for name, (_, labels) in FAMILIES.items()}


class Numbers:
    """The page as it is at one moment."""

    def __init__(self, text: str) -> None:
        self.families = {one.name: one for one in text_string_to_metric_families(text)}
        self.samples = [one for family in self.families.values() for one in family.samples]

    @classmethod
    def now(cls) -> "Numbers":
        """Of this process."""
        with override_settings(METRICS_TOKEN=TOKEN):
            page = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert page.status_code == 200, page.content
        return cls(page.content.decode())

    def of(self, name: str, /, **labels: Any) -> float:
        """All samples of this name that have these labels, together."""
        wanted = {label: str(value) for label, value in labels.items()}.items()
        return sum(one.value for one in self.samples if one.name == name and wanted <= one.labels.items())

    def values(self, label: str) -> set[str]:
        return {one.labels[label] for one in self.samples if label in one.labels}


def since(before: Numbers, name: str, /, **labels: Any) -> float:
    return Numbers.now().of(name, **labels) - before.of(name, **labels)
