"""The settings as they are on a developer's machine, over databases of the tests' own."""

import os
from tempfile import mkdtemp

os.environ.setdefault("DEBUG", "on")
os.environ.setdefault("DATA_DIR", mkdtemp(prefix="shop-tests-"))

from config.settings import *  # noqa: F403
