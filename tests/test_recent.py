"""What this process found out a moment ago, and no longer."""

from shop.building_blocks.recent import Recent


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_value_is_known_for_its_seconds() -> None:
    clock = Clock()
    recent: Recent[str] = Recent(size=2, clock=clock)
    recent.put("a", "A", seconds=3)

    clock.now += 2.9
    assert recent.get("a") == "A"
    clock.now += 0.1
    assert recent.get("a") is None


def test_for_no_seconds_it_is_not_known_at_all() -> None:
    recent: Recent[str] = Recent(size=2)
    recent.put("a", "A", seconds=0)

    assert recent.get("a") is None


def test_the_oldest_makes_room() -> None:
    recent: Recent[str] = Recent(size=2)
    for key in ("a", "b", "a", "c"):
        recent.put(key, key.upper(), seconds=60)

    assert [recent.get(key) for key in ("a", "b", "c")] == ["A", None, "C"]


def test_what_is_dropped_is_not_known() -> None:
    recent: Recent[str] = Recent(size=2)
    recent.put("a", "A", seconds=60)
    recent.drop("a")
    recent.drop("never known")

    assert recent.get("a") is None
