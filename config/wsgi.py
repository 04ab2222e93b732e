"""The web application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config.telemetry import instrument

instrument()
application = get_wsgi_application()

from shop.local.demo import refuse_in_production  # noqa: E402  needs the apps

refuse_in_production()
