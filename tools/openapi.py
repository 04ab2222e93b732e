"""`docs/openapi.yaml` is what callers were promised: `python -m tools.openapi [--check]`."""

import sys

from tools.breaking import breaking_changes
from tools.promises import DOCS, Promise

PROMISE = Promise(
    document=DOCS / "openapi.yaml",
    generate=("spectacular", "--validate", "--fail-on-warn"),
    breaking_changes=breaking_changes,
    whom="call us",
    if_meant="If it is meant, raise the first number of VERSION in SPECTACULAR_SETTINGS.",
    target="openapi",
)

if __name__ == "__main__":
    sys.exit(PROMISE.keep(sys.argv[1:]))
