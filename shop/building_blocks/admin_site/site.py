"""The index of the admin, which every page has at its side."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest

_ABOUT_MESSAGES = ("InboxMessage", "OutboxMessage", "OperatorAction")


class Site(AdminSite):
    site_header = site_title = "shop"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """In each module what people came for is first, and its messages are last."""
        apps: list[Any] = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: model["object_name"] in _ABOUT_MESSAGES)
        return apps
