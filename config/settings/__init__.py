"""Settings, read once from the environment. Every variable is described in .env.example."""

import django_stubs_ext

from config.settings.api import *
from config.settings.databases import *
from config.settings.environment import *
from config.settings.identity import *
from config.settings.limits import *
from config.settings.messaging import *
from config.settings.rpc import *
from config.settings.security import *
from config.settings.telemetry import *
from config.settings.web import *

django_stubs_ext.monkeypatch()  # ModelAdmin[Product] at run time
