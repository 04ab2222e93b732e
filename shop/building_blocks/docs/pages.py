"""Swagger UI, from files of our own and without anything inline."""

from typing import Any

from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request

from shop.building_blocks.http.security import widen


class ApiPage(SpectacularSwaggerSplitView):
    """Its script is given no CSRF token, as the API takes none: who reads it gets no cookie."""

    template_name = "docs/api.html"
    template_name_js = "docs/api.js"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        widen(request, "img-src", "data:")  # the arrows in Swagger UI's style sheet
