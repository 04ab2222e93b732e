"""Which host is asked for, in every process."""

from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.middleware.common import CommonMiddleware

from shop.building_blocks.http.problems import bad_request

PROBES = ("/livez", "/readyz", "/metrics")


class Common(CommonMiddleware):
    def process_request(self, request: HttpRequest) -> Any:
        """A host that is not ours gets a problem here: with DEBUG on, Django would answer by a page.

        Probes come by the address of a machine or a pod, and their answers do not depend on a name.
        """
        if request.path in PROBES:
            return None
        try:
            return super().process_request(request)
        except DisallowedHost as error:
            return bad_request(request, error)
