"""What the server says of itself: RFC 8414, and OpenID Connect Discovery."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from oauth2_provider import views

_CAN = {
    "response_modes_supported": ["query"],
    "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
}
_CANNOT = {
    "claims_parameter_supported": False,
    "request_parameter_supported": False,
    "request_uri_parameter_supported": False,
}


class MetadataView(views.OAuthServerMetadataView):
    """The toolkit advertises its default methods for all endpoints alike."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        return _amended(super().get(request, *args, **kwargs), _CAN)


class DiscoveryView(views.ConnectDiscoveryInfoView):
    """With all that the other document says; RS256 signs, and nothing else."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        openid = json.loads(super().get(request, *args, **kwargs).content)
        ours = {"id_token_signing_alg_values_supported": ["RS256"]}
        return _amended(MetadataView.as_view()(request), {**openid, **_CANNOT, **ours})


def _amended(response: JsonResponse, changes: dict[str, Any]) -> JsonResponse:
    return JsonResponse({**json.loads(response.content), **changes})
