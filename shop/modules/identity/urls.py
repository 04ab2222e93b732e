"""Identity's HTTP table of contents."""

from django.urls import path

from shop.building_blocks.http.endpoints import by_method
from shop.modules.identity.features.register_user import RegisterUserEndpoint
from shop.modules.identity.oauth import TokenView

app_name = "identity"
urlpatterns = [
    path("api/v1/users", by_method(post=RegisterUserEndpoint)),
    path("connect/token", TokenView.as_view()),
]
