"""Docstrings as HTML."""

import re

from django import template
from django.utils.html import conditional_escape, urlize
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_CODE = re.compile(r"``(.+?)``")


@register.filter
def prose(text: str) -> SafeString:
    """Code in double back-quotes, and links.

    >>> prose("It is ``a<b``.")
    'It is <code>a&lt;b</code>.'
    """
    marked = _CODE.sub(r"<code>\1</code>", conditional_escape(text))
    return mark_safe(urlize(mark_safe(marked)))  # noqa: S308  # nosec B308 B703  # all that was given is escaped


@register.filter
def paragraphs(text: str) -> list[str]:
    return text.split("\n\n")
