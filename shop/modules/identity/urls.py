"""Identity's HTTP table of contents."""

from django.urls import include, path

from shop.building_blocks.http.endpoints import by_method
from shop.modules.identity.features.register_user import RegisterUserEndpoint
from shop.modules.identity.oauth.pages import LoginView

urlpatterns = [
    path("api/v1/users", by_method(post=RegisterUserEndpoint)),
    path("login", LoginView.as_view(), name="login"),
    path("", include("shop.modules.identity.oauth.urls")),
]
