"""What the API is measured by: plain Django views that run the same SQL and answer by ``json.dumps``.

They know neither callers nor shapes. The first request to each is served by the real view, and what that
one asks of the database is what the bare one asks from then on, prepared where the real ones are.
"""

import json
from collections.abc import Callable
from threading import Lock
from time import process_time
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt
from uuid_utils.compat import uuid7

from shop.building_blocks.database.cursors import preparing
from shop.modules.catalog import urls as catalog

ALIAS = "catalog"
COUNTER = "catalog_counter"


class Statement(NamedTuple):
    """``holes`` are the places of the values that every request has its own of, and their names."""

    sql: str
    values: tuple[Any, ...]
    holes: tuple[tuple[int, str], ...] = ()

    def with_holes(self, known: dict[str, Any]) -> "Statement":
        """Where these values are."""
        names = {str(value): name for name, value in known.items()}
        holes = [(place, names.get(str(value))) for place, value in enumerate(self.values)]
        return self._replace(holes=tuple((place, name) for place, name in holes if name))

    def filled(self, given: dict[str, Any]) -> list[Any]:
        values = list(self.values)
        for place, name in self.holes:
            values[place] = given[name]
        return values


class Recorded(NamedTuple):
    statements: list[Statement]
    answer: Any

    @classmethod
    def of(cls, real: Callable[[], Any]) -> "Recorded":
        statements = []

        def record(execute: Any, sql: str, values: Any, *rest: Any) -> Any:
            if COUNTER not in sql:  # the real view asks for permits now and then
                statements.append(Statement(sql, tuple(values or ())))
            return execute(sql, values, *rest)

        with connections[ALIAS].execute_wrapper(record):
            response = real()
        assert response.status_code < 300, response.content  # noqa: PLR2004
        return cls(statements, json.loads(response.render().content))


class Bare:
    """A view of the same path and method as a real one."""

    real: Any
    recorded: Recorded | None = None

    def __init__(self, real: Any) -> None:
        self.real = real
        self.recording = Lock()

    def __call__(self, request: HttpRequest, **route: Any) -> HttpResponse:
        if self.recorded is None:
            with self.recording:
                recorded = Recorded.of(lambda: self.real(request, **route))
                self.recorded = self.prepared(recorded)
            return answer(recorded.answer)
        return self.serve(request, self.recorded, **route)

    def prepared(self, recorded: Recorded) -> Recorded:
        known = {"id": UUID(recorded.answer["id"])} if "id" in recorded.answer else {}
        return recorded._replace(statements=[one.with_holes(known) for one in recorded.statements])

    def serve(self, request: HttpRequest, recorded: Recorded, **route: Any) -> HttpResponse:
        raise NotImplementedError


class Get(Bare):
    def serve(self, request: HttpRequest, recorded: Recorded, product_id: UUID) -> HttpResponse:  # type: ignore[override]
        (statement,) = recorded.statements
        with preparing(connections[ALIAS]) as cursor:
            cursor.execute(statement.sql, statement.filled({"id": product_id}))
            row = cursor.fetchone()
        return answer(dict(zip(recorded.answer, row, strict=False)))


class List(Bare):
    def serve(self, request: HttpRequest, recorded: Recorded, **route: Any) -> HttpResponse:
        (statement,) = recorded.statements
        names = recorded.answer["items"][0]
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(statement.sql, statement.values)
            items = [dict(zip(names, row, strict=False)) for row in cursor.fetchall()[:-1]]
        return answer({"items": items, "next": items[-1]["id"]})


class Create(Bare):
    def prepared(self, recorded: Recorded) -> Recorded:
        """The outbox has the event as text, in which the product's id and its own are."""
        values = [value for one in recorded.statements for value in one.values]
        text = next(filter(is_text_of_event, values))
        self.event = json.loads(text)
        known = {
            "sku": self.event["data"]["sku"],
            "id": UUID(recorded.answer["id"]),
            "subject": self.event["subject"],
            "event_id": UUID(self.event["id"]),
            "body": text,
        }
        return recorded._replace(statements=[one.with_holes(known) for one in recorded.statements])

    def serve(self, request: HttpRequest, recorded: Recorded, **route: Any) -> HttpResponse:
        sku = json.loads(request.body)["sku"]
        product_id, event_id = uuid7(), uuid7()
        subject = str(product_id)
        data = {**self.event["data"], "product_id": subject, "sku": sku}
        event = {**self.event, "id": str(event_id), "subject": subject, "data": data}
        new = {"sku": sku, "id": product_id, "subject": subject, "event_id": event_id}
        new["body"] = json.dumps(event)
        with transaction.atomic(using=ALIAS), preparing(connections[ALIAS]) as cursor:
            for statement in recorded.statements:
                cursor.execute(statement.sql, statement.filled(new))
        return answer({"id": product_id}, status=201)


def is_text_of_event(value: Any) -> bool:
    return isinstance(value, str) and value.startswith('{"specversion"')


def answer(shown: Any, status: int = 200) -> HttpResponse:
    body = json.dumps(shown, default=str)
    return HttpResponse(body, status=status, content_type="application/json")


def cpu(request: HttpRequest) -> HttpResponse:
    """Seconds that this process has worked."""
    return answer(process_time())


products, _, product = (pattern.callback for pattern in catalog.urlpatterns)

_list, _create = List(products), Create(products)


@csrf_exempt
def by_method(request: HttpRequest) -> HttpResponse:
    return (_create if request.method == "POST" else _list)(request)


urlpatterns = [
    path("api/bare/cpu", cpu),
    path("api/bare/products", by_method),
    path("api/bare/products/<uuid:product_id>", Get(product)),
    path("", include("config.urls")),
]
