"""/metrics of the web process: what all its workers counted, and how the messages of each module stand."""

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST

from shop.building_blocks.http.methods import reads
from shop.building_blocks.http.problems import not_found, unauthorized
from shop.building_blocks.messaging.console.gauges import Messages
from shop.building_blocks.telemetry.metrics.exposition import exposition, is_secret, may_read


@reads
def metrics(request: HttpRequest) -> HttpResponse:
    if may_read(request.headers.get("Authorization", ""), request.META["REMOTE_ADDR"]):
        return HttpResponse(exposition([Messages()]), content_type=CONTENT_TYPE_LATEST)
    return (
        unauthorized(request, "Show METRICS_TOKEN, as a bearer token.") if is_secret() else not_found(request)
    )
