"""The settings as they are on a developer's machine, over databases of the tests' own."""

import os
from tempfile import TemporaryDirectory

os.environ.setdefault("ENV_FILE", "")
os.environ.setdefault("DEBUG", "on")
_data = TemporaryDirectory(prefix="shop-tests-")
os.environ.setdefault("DATA_DIR", _data.name)

from config.settings import *  # noqa: E402, F403
