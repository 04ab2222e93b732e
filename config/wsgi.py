"""The web application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from shop.building_blocks.database.ownership import refuse_foreign_databases  # noqa: E402  needs the apps
from shop.local.demo import refuse_in_production  # noqa: E402  needs the apps

refuse_foreign_databases()
refuse_in_production()
