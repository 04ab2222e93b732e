"""So many in so long."""

import re
from typing import NamedTuple

_RATE = re.compile(r"([1-9]\d*)/(\d*)(s|min|h)")
_SECONDS = {"s": 1, "min": 60, "h": 3600}


class Rate(NamedTuple):
    number: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """ValueError when it is none.

        >>> Rate.parse("5/15min")
        Rate(number=5, seconds=900)
        """
        found = _RATE.fullmatch(text)
        if found is None or found[2].startswith("0"):
            raise ValueError("write a number and a period, such as 1200/min, 5/15min or 20/h")
        return cls(int(found[1]), int(found[2] or 1) * _SECONDS[found[3]])
