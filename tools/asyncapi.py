"""`docs/asyncapi.yaml` is what readers of events were promised: `python -m tools.asyncapi [--check]`."""

import sys

from tools.breaking_events import breaking_changes
from tools.promises import DOCS, Promise

PROMISE = Promise(
    document=DOCS / "asyncapi.yaml",
    generate=("asyncapi",),
    breaking_changes=breaking_changes,
    whom="read our events",
    if_meant=(
        "An event that is to be different is a new type: publish catalog.product_created.v2 beside v1. When "
        "nobody reads a type any more, raise the first number of the version in ASYNCAPI_INFO."
    ),
    target="asyncapi",
)

if __name__ == "__main__":
    sys.exit(PROMISE.keep(sys.argv[1:]))
