"""Traces are sent if there is somewhere to send them, by every process, and cost nothing otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.telemetry import _resource
from tests.telemetry.receiver import a_trace, receiving

ROOT = Path(__file__).parents[2]
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
ASK_SETTINGS = "from django.conf import settings; print(settings.TRACES, settings.METRICS)"
RECORDS = """
import os, django
django.setup()
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from shop.building_blocks.telemetry.tracing import beginning
def record(name):
    with beginning(name, SpanKind.INTERNAL, {}, {"traceparent": os.environ["TRACEPARENT"]}):
        pass
record("a span")
"""
TIMED = f"""
import atexit, time
atexit.register(lambda: print(time.monotonic() - end))
{RECORDS}
end = time.monotonic()
"""
FORKS = f"""{RECORDS}
trace.get_tracer_provider().force_flush()
child = os.fork()
record("parent" if child else "child")
trace.get_tracer_provider().force_flush()
os.waitpid(child, 0) if child else os._exit(0)
"""


def run(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    known = {"DEBUG": "on", "ENV_FILE": "", "DATA_DIR": str(folder)}
    known["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, cwd=ROOT, env=inherited | known | env, capture_output=True, text=True, check=False
    )


def test_without_an_address_nothing_is_loaded(tmp_path: Path) -> None:
    done = run("import config.wsgi, sys; print(*sys.modules)", tmp_path)

    loaded = done.stdout.split()
    assert "config.wsgi" in loaded, done.stderr
    assert [
        one for one in loaded if one.startswith(("opentelemetry.sdk.trace", "opentelemetry.exporter"))
    ] == []


@pytest.mark.parametrize(
    ("env", "traces", "metrics"),
    [
        (ENDPOINT, True, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1/v1/traces"}, True, False),
        ({"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://127.0.0.1:1/v1/metrics"}, False, True),
        (ENDPOINT | {"OTEL_SDK_DISABLED": "true"}, False, False),
        (ENDPOINT | {"OTEL_TRACES_EXPORTER": "none"}, False, True),
        (ENDPOINT | {"OTEL_METRICS_EXPORTER": "none"}, True, False),
        (ENDPOINT | {"OTEL_METRICS_EXPORTER": "", "OTEL_EXPORTER_OTLP_PROTOCOL": ""}, True, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False, False),
    ],
)
def test_an_address_turns_it_on(tmp_path: Path, env: dict[str, str], traces: bool, metrics: bool) -> None:
    done = run(ASK_SETTINGS, tmp_path, **env)

    assert done.stdout.split() == [str(traces), str(metrics)], done.stderr


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL must be http/protobuf"),
        (
            {"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "grpc"},
            "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL must be http/protobuf",
        ),
        ({"OTEL_METRIC_EXPORT_INTERVAL": "0"}, "must be more than 0 milliseconds"),
    ],
)
def test_what_we_cannot_do_is_refused(tmp_path: Path, env: dict[str, str], reason: str) -> None:
    assert reason in run(ASK_SETTINGS, tmp_path, **ENDPOINT, **env).stderr


def test_a_forked_process_sends_its_own(tmp_path: Path) -> None:
    trace_id, carrier = a_trace()
    with receiving() as receiver:
        env = receiver.env | {"TRACEPARENT": carrier["traceparent"], "SHOP_MODULES": "catalog,inventory"}
        done = run(FORKS, tmp_path, **env)

        assert done.returncode == 0, done.stderr
        spans = receiver.trace(trace_id, "a span", "parent", "child")
    assert [span.service for span in spans] == ["catalog-inventory"] * 3


def test_a_collector_that_is_away_does_not_keep_a_process_from_its_end(tmp_path: Path) -> None:
    """The SDK would try for ten seconds."""
    _, carrier = a_trace()

    done = run(TIMED, tmp_path, **ENDPOINT, TRACEPARENT=carrier["traceparent"])

    assert done.returncode == 0, done.stderr
    assert float(done.stdout) < 5


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({}, "shop"),
        ({"OTEL_SERVICE_NAME": "kiosk"}, "kiosk"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=kiosk"}, "kiosk"),
    ],
)
def test_a_process_is_called_as_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, env: dict[str, str], name: str
) -> None:
    for variable, value in env.items():
        monkeypatch.setenv(variable, value)

    assert _resource("4711").attributes["service.name"] == name
