"""The asker as a web process."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
