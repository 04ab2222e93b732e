"""Triggers that make the ledger the only way to change what is on hand, and make it final.

To alter a table on SQLite, Django makes it anew, and the triggers are lost with the old one. So a later
migration puts what it does to these two tables between RunPython(remove, install) and RunPython(install,
remove); without that, tests/inventory/test_ledger.py fails.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import migrations

BALANCE = """
    COALESCE((SELECT m.balance FROM inventory_movement m WHERE m.item_id = NEW.id
              ORDER BY m.version DESC LIMIT 1), 0)
"""


class Rule(NamedTuple):
    name: str
    when: str
    holds: str
    """A condition on OLD and NEW."""


RULES = (
    Rule(
        "movement_continues_the_ledger",
        "BEFORE INSERT ON inventory_movement",
        # The second half is for SQLite's REPLACE, which deletes what is in its way past all triggers.
        """
        EXISTS (SELECT 1 FROM inventory_stockitem i JOIN inventory_stock s ON s.product_id = i.stock_id
                WHERE i.id = NEW.item_id AND s.product_id = NEW.stock_id
                  AND NEW.version = s.version + 1 AND NEW.balance = i.on_hand + NEW.delta)
        AND NOT EXISTS (SELECT 1 FROM inventory_movement m
                        WHERE m.id = NEW.id OR m.item_id = NEW.item_id AND m.version >= NEW.version)
        """,
    ),
    Rule("movement_is_not_changed", "BEFORE UPDATE ON inventory_movement", "FALSE"),
    Rule("movement_is_not_deleted", "BEFORE DELETE ON inventory_movement", "FALSE"),
    Rule(
        "stock_item_starts_from_the_ledger",
        "BEFORE INSERT ON inventory_stockitem",
        f"NEW.on_hand = {BALANCE}",
    ),
    Rule(
        "stock_item_follows_the_ledger",
        "BEFORE UPDATE OF id, stock_id, inventory_id, on_hand ON inventory_stockitem",
        f"NEW.stock_id = OLD.stock_id AND NEW.inventory_id = OLD.inventory_id AND NEW.on_hand = {BALANCE}",
    ),
)
MOVE = "UPDATE inventory_stockitem SET on_hand = NEW.balance WHERE id = NEW.item_id;"


def install(_apps: object, schema_editor: Any) -> None:
    statements = {"postgresql": _postgresql, "sqlite": _sqlite}[schema_editor.connection.vendor]()
    for statement in statements:
        schema_editor.execute(statement)


def remove(_apps: object, schema_editor: Any) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    tables = {rule.name: rule.when.rpartition(" ")[2] for rule in RULES}
    for name, table in {"movement_moves_the_stock": "inventory_movement", **tables}.items():
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
        if postgresql:
            schema_editor.execute(f"DROP FUNCTION {name}()")


def _postgresql() -> Iterator[str]:
    for rule in RULES:
        yield from _postgresql_trigger(
            rule.name,
            rule.when,
            f"""
            IF NOT ({rule.holds}) THEN
              RAISE integrity_constraint_violation USING MESSAGE = '{rule.name}';
            END IF;
            RETURN NEW;
            """,
        )
    yield from _postgresql_trigger(
        "movement_moves_the_stock", "AFTER INSERT ON inventory_movement", f"{MOVE} RETURN NULL;"
    )


def _postgresql_trigger(name: str, when: str, body: str) -> Iterator[str]:
    """With the search path of this migration: it works, too, for who has none."""
    yield f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
        BEGIN {body} END $$
    """
    yield f"CREATE TRIGGER {name} {when} FOR EACH ROW EXECUTE FUNCTION {name}()"


def _sqlite() -> Iterator[str]:
    for rule in RULES:
        yield f"""
            CREATE TRIGGER {rule.name} {rule.when} WHEN NOT ({rule.holds})
            BEGIN SELECT RAISE(ABORT, '{rule.name}'); END
        """
    yield f"CREATE TRIGGER movement_moves_the_stock AFTER INSERT ON inventory_movement BEGIN {MOVE} END"


class Migration(migrations.Migration):

    dependencies = [
        ("inventory", "0005_open_the_ledger"),
    ]

    operations = [
        migrations.RunPython(install, remove),
    ]
