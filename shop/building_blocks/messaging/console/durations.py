"""Spans of time, as operators read and type them."""

import re
from datetime import timedelta

_UNITS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}


def short(span: timedelta | None) -> str:
    """The greatest unit that fits; a dash for none.

    >>> [short(timedelta(seconds=seconds)) for seconds in (0.4, 59, 60, 7_199, 86_400, 1e6)]
    ['0 s', '59 s', '1 min', '1 h', '1 d', '11 d']
    """
    if span is None:
        return "-"
    seconds = max(0, int(span.total_seconds()))
    unit = next((name for name, size in _UNITS.items() if seconds >= size), "s")
    return f"{seconds // _UNITS[unit]} {unit}"


def parse(text: str) -> timedelta:
    """Raises ValueError for anything but a whole number and a unit.

    >>> parse("7d"), parse("90 min")
    (datetime.timedelta(days=7), datetime.timedelta(seconds=5400))
    """
    match = re.fullmatch(r"(\d{1,6})\s*(d|h|min|s)", text.strip())
    if not match:
        raise ValueError(f"{text!r} is no span of time: write 7d, 12h, 30min or 45s.")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])
