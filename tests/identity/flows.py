"""OAuth's steps, each as a sentence: who asks, who allows, what is exchanged."""

from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.test import Client as Browser
from oauth2_provider.models import AbstractApplication
from pytest_django.fixtures import Settings

from shop.modules.identity.models import Client, GroupScopes, User
from shop.modules.identity.oauth.client_endpoints import TokenView

CALLBACK = "https://app.example/callback"
SECRET = "the secret of the web application"
SCOPES = "openid profile email catalog:read catalog:write"


def an_application(**fields: Any) -> Client:
    """A public client, such as one in a browser, with one address to come back to."""
    known = {
        "client_id": token_urlsafe(8),
        "name": "The app",
        "client_type": AbstractApplication.CLIENT_PUBLIC,
        "authorization_grant_type": AbstractApplication.GRANT_AUTHORIZATION_CODE,
        "redirect_uris": CALLBACK,
        "client_secret": "",
        "scopes": SCOPES,
    }
    client: Client = Client.objects.create(**{**known, **fields})
    return client


def a_web_application(**fields: Any) -> Client:
    """One with a server, that can keep a secret."""
    confidential = {"client_type": AbstractApplication.CLIENT_CONFIDENTIAL, "client_secret": SECRET}
    return an_application(**{**confidential, **fields})


def a_user(name: str = "alice", scopes: str = "catalog:read catalog:write") -> User:
    """With the scopes by a group."""
    user = User.objects.create_user(name, email=f"{name}@shop.example", password="correct horse 1")
    user.first_name, user.last_name = name.title(), "Liddell"
    user.save()
    group = Group.objects.create(name=f"of {name}")
    GroupScopes.objects.create(group=group, scopes=scopes)
    user.groups.add(group)
    return user


def logged_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@dataclass
class Request:
    """An authorization request by a client, RFC 6749 section 4.1.1, with PKCE."""

    client: Client
    scope: str = "openid catalog:read"
    state: str = "the state"
    verifier: str = field(default_factory=lambda: token_urlsafe(32))
    more: dict[str, str] = field(default_factory=dict)

    @property
    def challenge(self) -> str:
        digest = sha256(self.verifier.encode()).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")

    @property
    def url(self) -> str:
        parameters = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": CALLBACK,
            "scope": self.scope,
            "state": self.state,
            "code_challenge": self.challenge,
            "code_challenge_method": "S256",
            **self.more,
        }
        given = {name: value for name, value in parameters.items() if value}
        return f"/connect/authorize?{urlencode(given)}"

    def allowed_by(self, user: User) -> str:
        """The code."""
        answer = logged_in(user).post(self.url, {"allow": "yes"})
        return sent_back(answer)["code"]

    def exchanged(self, code: str, /, **fields: str) -> Any:
        """The answer to the exchange of the code for tokens."""
        exchange = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
        }
        return by(self.client, **{**exchange, **fields})


def tokens_for(user: User, client: Client | None = None, **fields: Any) -> dict[str, str]:
    """What the user's consent gives the client."""
    request = Request(client or an_application(), **fields)
    answer = request.exchanged(request.allowed_by(user))
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def refreshed(client: Client, refresh_token: str, **fields: str) -> Any:
    return by(client, grant_type="refresh_token", refresh_token=refresh_token, **fields)


def by(client: Client, to: str = "/connect/token", secret: str = SECRET, **fields: str) -> Any:
    """A POST in which the client says who it is, in the way of its kind."""
    sent = {name: value for name, value in fields.items() if value}
    if client.client_type == AbstractApplication.CLIENT_PUBLIC:
        return Browser().post(to, {"client_id": client.client_id, **sent})
    basic = b64encode(f"{client.client_id}:{secret}".encode()).decode()
    return Browser().post(to, sent, headers={"Authorization": f"Basic {basic}"})


def sent_back(answer: Any, to: str = CALLBACK) -> dict[str, str]:
    """The parameters that the browser carries to the client."""
    assert answer.status_code == 302, (answer.status_code, answer.content)
    assert answer["Location"].startswith(to), answer["Location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def switch_passwords_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the setting PASSWORD_GRANT does; the view has made its server by the settings before."""
    monkeypatch.setattr(TokenView, "_oauthlib_core", None, raising=False)
    settings.OAUTH2_PROVIDER = {
        **settings.OAUTH2_PROVIDER,
        "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "password"],
        "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": False,
        "ALWAYS_RELOAD_OAUTHLIB_CORE": True,
    }


def opens(token: str) -> bool:
    """Whether the API lets the token in."""
    answer = Browser().get("/api/v1/users/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


def can_introspect(**fields: Any) -> Client:
    grant = AbstractApplication.GRANT_CLIENT_CREDENTIALS
    return a_web_application(may_introspect=True, authorization_grant_type=grant, **fields)


def what_is_known_of(token: str, asking: Client | None = None) -> dict[str, Any]:
    answer = by(asking or can_introspect(), to="/connect/introspect", token=token)
    assert answer.status_code == 200, answer.content
    return dict(answer.json())
