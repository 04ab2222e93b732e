"""Tables for a terminal."""

from collections.abc import Iterable, Sequence


def aligned(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Columns as wide as their widest cell, numbers to the right.

    >>> print(aligned(["name", "size"], [["a", 10], ["long", 1]]))
    name  size
    a       10
    long     1
    """
    table = [list(header), *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    numeric = [all(cell.isdigit() for cell in column[1:]) for column in zip(*table, strict=True)]
    return "\n".join(_line(cells, widths, numeric) for cells in table)


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    columns = zip(cells, widths, numeric, strict=True)
    return "  ".join(
        cell.rjust(width) if right else cell.ljust(width) for cell, width, right in columns
    ).rstrip()
