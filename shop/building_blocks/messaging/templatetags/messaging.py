"""For the admin's first page."""

from typing import Any

from django import template

from shop.building_blocks.messaging.console.pages import visible_modules

register = template.Library()


@register.filter
def watches_messages(user: Any) -> bool:
    return bool(visible_modules(user))
