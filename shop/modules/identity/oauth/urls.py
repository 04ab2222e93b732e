"""OAuth's addresses, by the names that the toolkit looks them up by."""

from django.urls import include, path
from oauth2_provider import views

from shop.modules.identity.oauth.authorize import AuthorizationView
from shop.modules.identity.oauth.client_endpoints import RevokeTokenView, TokenView
from shop.modules.identity.oauth.introspection import IntrospectTokenView
from shop.modules.identity.oauth.metadata import DiscoveryView, MetadataView
from shop.modules.identity.oauth.pages import LogoutView

app_name = "oauth2_provider"
urlpatterns = [
    path("connect/authorize", AuthorizationView.as_view(), name="authorize"),
    path("connect/token", TokenView.as_view(), name="token"),
    path("connect/revoke", RevokeTokenView.as_view(), name="revoke-token"),
    path("connect/introspect", IntrospectTokenView.as_view(), name="introspect"),
    path("connect/userinfo", views.UserInfoView.as_view(), name="user-info"),
    path("connect/logout", LogoutView.as_view(), name="rp-initiated-logout"),
    path(
        ".well-known/",
        include(
            [
                path("oauth-authorization-server", MetadataView.as_view(), name="oauth-server-metadata"),
                path("openid-configuration", DiscoveryView.as_view(), name="oidc-connect-discovery-info"),
                path("jwks.json", views.JwksInfoView.as_view(), name="jwks-info"),
            ]
        ),
    ),
]
