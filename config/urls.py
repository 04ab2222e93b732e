"""What the process serves: each module's own URLs, and the pages around them."""

from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerOauthRedirectView

from shop.building_blocks import modules
from shop.building_blocks.docs import events
from shop.building_blocks.docs.pages import ApiPage
from shop.building_blocks.http.problems import not_found
from shop.building_blocks.telemetry.health import livez, readyz
from shop.building_blocks.telemetry.metrics.page import metrics

_PUBLIC: dict[str, list[type]] = {"authentication_classes": [], "permission_classes": []}


def _admin() -> list[URLPattern | URLResolver]:
    """For the modules that run here; nothing where nobody can log in."""
    if not apps.is_installed("django.contrib.admin"):
        return []
    from django.contrib import admin

    from shop.building_blocks.messaging.console.pages import overview

    admin.site.index_title = f"Modules: {', '.join(settings.SHOP_MODULES)}"
    return [
        path("admin", RedirectView.as_view(url="/admin/")),
        path("admin/messaging/", admin.site.admin_view(overview), name="messaging"),
        path("admin/", admin.site.urls),
    ]


urlpatterns = [
    *(path("", include(f"{module.name}.urls")) for module in modules.installed()),
    path("livez", livez),
    path("readyz", readyz),
    path("metrics", metrics),
    path("openapi.json", SpectacularJSONAPIView.as_view(**_PUBLIC), name="openapi"),
    path("docs", ApiPage.as_view(url_name="openapi", **_PUBLIC)),
    path("asyncapi.json", events.asyncapi, name="asyncapi"),
    path("docs/events", events.page, name="events"),
    path("events/<str:event_type>.json", events.schema, name="event"),
    path("oauth2-redirect.html", SpectacularSwaggerOauthRedirectView.as_view()),
    *_admin(),
    path("", RedirectView.as_view(url="/docs")),
    re_path("", not_found),  # with DEBUG on, Django would answer with a page of its own
]

handler400 = "shop.building_blocks.http.problems.bad_request"
handler403 = "shop.building_blocks.http.problems.permission_denied"
handler404 = "shop.building_blocks.http.problems.not_found"
handler500 = "shop.building_blocks.http.problems.server_error"
