"""What the process serves: each module's own URLs, and the pages around them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerOauthRedirectView

from shop.building_blocks import modules
from shop.building_blocks.docs.pages import ApiPage
from shop.building_blocks.http.problems import not_found
from shop.building_blocks.messaging.console.pages import overview
from shop.building_blocks.telemetry.health import livez, readyz

_PUBLIC: dict[str, list[type]] = {"authentication_classes": [], "permission_classes": []}

urlpatterns = [
    *(path("", include(f"{module.name}.urls")) for module in modules.installed()),
    path("livez", livez),
    path("readyz", readyz),
    path("openapi.json", SpectacularJSONAPIView.as_view(**_PUBLIC), name="openapi"),
    path("docs", ApiPage.as_view(url_name="openapi", **_PUBLIC)),
    path("oauth2-redirect.html", SpectacularSwaggerOauthRedirectView.as_view()),
    path("admin", RedirectView.as_view(url="/admin/")),
    path("admin/messaging/", admin.site.admin_view(overview), name="messaging"),
    path("admin/", admin.site.urls),
    path("", RedirectView.as_view(url="/docs")),
    re_path("", not_found),  # with DEBUG on, Django would answer with a page of its own
]

handler400 = "shop.building_blocks.http.problems.bad_request"
handler403 = "shop.building_blocks.http.problems.permission_denied"
handler404 = "shop.building_blocks.http.problems.not_found"
handler500 = "shop.building_blocks.http.problems.server_error"

admin.site.index_title = f"Modules: {', '.join(settings.SHOP_MODULES)}"
