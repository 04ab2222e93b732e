"""The page's families in the form of OTLP: https://opentelemetry.io/docs/specs/otel/metrics/data-model/

Names and attributes stay what they are on the page. All is cumulative since the group began to count.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client import Metric as Family

_CUMULATIVE = AggregationTemporality.CUMULATIVE
_UNKNOWN: Any = None


def translated(families: Iterable[Family], resource: Resource, since: int) -> MetricsData:
    """``since`` in ns of Unix time."""
    span = (since, time.time_ns())
    metrics = [_metric(family, span) for family in families if family.samples]
    scope = ScopeMetrics(InstrumentationScope("shop"), metrics, schema_url="")
    return MetricsData([ResourceMetrics(resource, [scope], schema_url="")])


def _metric(family: Family, span: tuple[int, int]) -> Metric:
    unit = "s" if family.name.endswith("_seconds") else ""
    match family.type:
        case "counter":
            name = f"{family.name}_total"
            data: Any = Sum(list(_numbers(family, name, span)), _CUMULATIVE, is_monotonic=True)
        case "histogram":
            name, data = family.name, Histogram(list(_histograms(family, span)), _CUMULATIVE)
        case _:
            name, data = family.name, Gauge(list(_numbers(family, family.name, span)))
    return Metric(name, family.documentation, unit, data)


def _numbers(family: Family, name: str, span: tuple[int, int]) -> Iterator[NumberDataPoint]:
    for sample in family.samples:
        if sample.name == name:  # and not when it was created
            yield NumberDataPoint(dict(sample.labels), *span, float(sample.value))


def _histograms(family: Family, span: tuple[int, int]) -> Iterator[HistogramDataPoint]:
    """Buckets of the page hold all that is below, those of OTLP what is between."""
    totals: dict[Any, dict[float, int]] = defaultdict(dict)
    sums: dict[Any, float] = {}
    for sample in family.samples:
        labels = dict(sample.labels)
        bound = labels.pop("le", None)
        series = frozenset(labels.items())
        if bound is not None:
            totals[series][float(bound)] = int(sample.value)
        elif sample.name == f"{family.name}_sum":
            sums[series] = sample.value
    for series, below in totals.items():
        *bounds, _infinity = sorted(below)
        counts = [here - before for before, here in pairwise([0, *sorted(below.values())])]
        yield HistogramDataPoint(
            dict(series), *span, sum(counts), sums[series], counts, bounds, min=_UNKNOWN, max=_UNKNOWN
        )
