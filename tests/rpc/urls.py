"""What the asker serves."""

from django.conf import settings
from django.urls import path

urlpatterns = []
if "asker" in settings.SHOP_MODULES:
    from tests.rpc.asker.features.ask_oracle import AskOracleEndpoint

    urlpatterns = [path("echo/<text>", AskOracleEndpoint.as_view())]
