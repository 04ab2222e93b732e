"""oauthlib's server with what we do not offer taken out.

It has no public way to leave a grant out, so these are private names; ``tests/identity/test_flows.py``
would notice when they change.
"""

from typing import Any

from django.conf import settings
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError
from oauthlib.openid import Server as OpenIDServer

_S256_LENGTH = 43
_NONCE_LENGTH = 255


class Server(OpenIDServer):
    """Codes with PKCE by S256, client credentials, refresh tokens; passwords only if a setting says so.

    RFC 9700, sections 2.1 and 2.4: no implicit grant, no hybrid flow, no id_token as a bearer token.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = settings.OAUTH2_PROVIDER["OAUTH2_GRANT_TYPES_SUPPORTED"]
        self._grant_types: Any = {name: grant for name, grant in self._grant_types.items() if name in offered}
        self._response_types = {"code": self.auth_grant_choice}
        self._tokens = {"Bearer": self.bearer}
        for grant in (self.auth_grant, self.openid_connect_auth.proxy_target):
            grant._code_challenge_methods = {"S256": grant._code_challenge_methods["S256"]}
            grant.custom_validators.pre_auth.append(_check_lengths)


def _check_lengths(request: Any) -> dict[str, Any]:
    """What the toolkit would store without a look."""
    if request.code_challenge and len(request.code_challenge) != _S256_LENGTH:
        raise InvalidRequestError(description="code_challenge is no SHA-256 in base64url.", request=request)
    if request.nonce and len(request.nonce) > _NONCE_LENGTH:
        raise InvalidRequestError(description=f"nonce is over {_NONCE_LENGTH} characters.", request=request)
    return {}
