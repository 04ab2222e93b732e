"""Identity's HTTP table of contents."""

from django.urls import include, path

from shop.building_blocks.http.endpoints import by_method
from shop.modules.identity.features.get_me import GetMeEndpoint
from shop.modules.identity.features.get_user_details import GetUserDetailsEndpoint
from shop.modules.identity.features.list_users import ListUsersEndpoint
from shop.modules.identity.features.register_user import RegisterUserEndpoint
from shop.modules.identity.oauth.pages import LoginView

urlpatterns = [
    path("api/v1/users", by_method(get=ListUsersEndpoint, post=RegisterUserEndpoint)),
    path("api/v1/users/me", by_method(get=GetMeEndpoint)),
    path("api/v1/users/<uuid:user_id>", by_method(get=GetUserDetailsEndpoint)),
    path("login", LoginView.as_view(), name="login"),
    path("", include("shop.modules.identity.oauth.urls")),
]
