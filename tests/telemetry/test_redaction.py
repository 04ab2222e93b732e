"""What libraries quote when something fails is not for logs."""

import time
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.building_blocks.telemetry.redaction import HIDDEN, redact

PLANTED = "pl4nted-Secret"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {PLANTED}",
        f"{{'authorization': 'Basic {PLANTED}=='}}",
        f"sent headers: {{'Cookie': '__Host-sessionid={PLANTED}'}}",
        f"amqp://shop:{PLANTED}@broker.internal:5672//",
        f"could not connect to postgres://shop_catalog:{PLANTED}@db/shop?sslmode=require",
        f"password={PLANTED} host=db",
        f"conninfo: user='shop' password='{PLANTED}'",
        f'{{"password": "{PLANTED}", "x": 1}}',
        f'{{"client_secret":"{PLANTED}"}}',
        f'a body in a body: "{{\\"new_password\\": \\"{PLANTED}\\"}}"',
        f"grant_type=password&username=bob&password={PLANTED}&scope=x",
        f"grant_type=refresh_token&refresh_token={PLANTED}",
        f"/connect/authorize?code_verifier={PLANTED}",
        f"SetPassword(user_id=1, password='{PLANTED}')",
        f"RPC_TOKENS={PLANTED}",
        f"User(username='{PLANTED}', is_active=True)",
        f"first_name='{PLANTED}'",
        f"no such user: {PLANTED}@mail.example",
        f"Key (email)=({PLANTED}) already exists.",
        f"Key (lower(username::text))=({PLANTED} (the) 2nd) already exists.",
        f"DETAIL:  Failing row contains (1, {PLANTED}, t, (x)).",
    ],
)
def test_it_is_hidden(text: str) -> None:
    assert PLANTED not in redact(text)
    assert HIDDEN in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "POST /connect/token 200 in 3.2 ms",
        "GET /api/v1/users/01a20380-588e-76fa-86a2-1915287f7230 200 in 3.2 ms",
        "keep: catalog.product_created.v1 01a20380-588e-76fa-86a2-1915287f7230 is parked after 3.0 ms",
        "InventoryNotFound: There is no inventory 01a20380-588e-76fa-86a2-1915287f7230.",
        "relay:catalog starts again: ConnectionRefusedError(111, 'Connection refused')",
        "no queue is bound to catalog.product_created.v1.3",
        "The token is not valid.",
    ],
)
def test_what_an_operator_needs_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_it_takes_any_text_and_changes_nothing_the_second_time(text: str) -> None:
    once = redact(text)

    assert redact(once) == once


WORDS = ("a-", "A", "password", 'password="', "Key (", "Key (a)=(", "row contains (", "://a", "://a:", "a@a.")


@pytest.mark.parametrize("word", WORDS)
def test_a_caller_cannot_keep_it_busy(word: str) -> None:
    """A path may have 8 kB. What is four times as long takes four times as long, and not sixteen times."""

    def seconds(length: int) -> float:
        text = (word * length)[:length] + " token @"
        return min(timeit.repeat(lambda: redact(text), timer=time.process_time, number=1, repeat=5))

    assert seconds(64_000) < 10 * max(seconds(16_000), 0.001)
