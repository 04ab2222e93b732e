"""With certificates, services know each other, and nobody between them reads or asks anything."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest
import trustme
from django.core.exceptions import ImproperlyConfigured

from config import certificates
from shop.building_blocks.errors import Unavailable
from shop.building_blocks.rpc.settings import Identity, Rpc
from tests.rpc.oracle.contracts import EchoText
from tests.rpc.processes import TOKEN, Oracle

OURS, OTHERS = trustme.CA(), trustme.CA()


def identity(issuer: trustme.CA, trusted: trustme.CA, name: str = "asker.internal") -> Identity:
    issued = issuer.issue_cert(name)
    certificate = b"".join(one.bytes() for one in issued.cert_chain_pems)
    return Identity(certificate, issued.private_key_pem.bytes(), trusted.cert_pem.bytes())


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    """Its certificates are in files, as containers get them."""
    folder = tmp_path_factory.mktemp("oracle")
    known = identity(OURS, OURS, "127.0.0.1")
    pem = {"CERTIFICATE": known.certificate, "KEY": known.key, "AUTHORITIES": known.authorities}
    for name, content in pem.items():
        (folder / name).write_bytes(content)
    files: dict[str, Any] = {f"RPC_{name}_FILE": str(folder / name) for name in pem}
    running = Oracle(folder, **files)
    yield running
    running.end()


def test_services_of_ours_understand_each_other(oracle: Oracle, asking: Callable[..., None]) -> None:
    asking(identity=identity(OURS, OURS))

    assert oracle.remote()(EchoText(text="secret")) == "secret"
    assert "mutual TLS" in oracle.process.output


@pytest.mark.parametrize(
    "shown",
    [None, identity(OTHERS, OURS), identity(OURS, OTHERS)],
    ids=["not encrypted", "a certificate of others", "trust in others"],
)
def test_nobody_else_is_answered(oracle: Oracle, asking: Callable[..., None], shown: Identity | None) -> None:
    asking(identity=shown)

    with pytest.raises(Unavailable):
        oracle.remote()(EchoText(text="secret"))


def test_who_shows_no_certificate_is_not_answered(oracle: Oracle) -> None:
    credentials = grpc.ssl_channel_credentials(OURS.cert_pem.bytes())
    check = oracle.method("/grpc.health.v1.Health/Check", credentials)
    with check as call, pytest.raises(grpc.RpcError) as refused:
        call(b"", timeout=5)

    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE


def test_the_key_of_another_certificate_is_refused() -> None:
    own, others = identity(OURS, OURS), identity(OURS, OURS)

    assert certificates.identity(own.certificate, own.key, own.authorities) == own
    with pytest.raises(ImproperlyConfigured, match="RPC_KEY is not the key"):
        certificates.identity(own.certificate, others.key, own.authorities)


def test_what_a_debugger_or_a_log_may_show_of_it_has_no_secret() -> None:
    ours = identity(OURS, OURS)

    shown = repr(Rpc(tokens=(TOKEN,), identity=ours))

    assert "PRIVATE KEY" not in shown
    assert TOKEN not in shown
