"""Guessing passwords comes to an end, and keeps nobody else out.

An attempt counts for the account at its address, for the address, and for the account among strangers. A
browser that has logged in to the account before is no stranger: it has a signed cookie, and a limit of
its own. So who guesses from everywhere locks strangers out of the account, and not its owner at home.

What is counted are attempts, before a password is hashed; those that succeed are given back. An account
that does not exist has limits all the same. https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from collections.abc import Callable
from math import ceil
from secrets import token_urlsafe
from typing import Any
from unicodedata import normalize

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import constant_time_compare, salted_hmac

from shop.building_blocks.http.addresses import client_address
from shop.building_blocks.limits.limiter import Attempt, limiter

_SALT = "shop.device"
_KEPT = 365 * 86_400
"""Seconds."""


class LockoutBackend:
    """First in AUTHENTICATION_BACKENDS: it lets nobody in, and refuses those who have to wait.

    ``authenticate`` without a request is not limited: it is no stranger who calls it.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, **_credentials: Any
    ) -> None:
        if request is None or username is None:
            return
        attempt = limiter("identity").attempt(*_buckets(request, username))
        request.login_attempt = attempt  # type: ignore[attr-defined]
        if attempt.wait:
            raise PermissionDenied


def give_back(request: HttpRequest) -> None:
    """The attempt in this request was none to guess."""
    if attempt := _attempt(request):
        attempt.give_back(*attempt.limits)


@receiver(user_logged_in)
def remember(request: HttpRequest | None, user: Any, **_: Any) -> None:
    """The browser is known from now on."""
    if request and _attempt(request):
        give_back(request)
        device = [_account(user.get_username()), token_urlsafe(16)]
        request.new_device = signing.dumps(device, salt=_SALT)  # type: ignore[attr-defined]


class Lockout:
    """Middleware: whatever page an attempt was made at, it answers 429 or sets the cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        attempt = _attempt(request)
        if attempt and attempt.wait:
            response.status_code = 429
            response["Retry-After"] = str(attempt.wait)
        if device := getattr(request, "new_device", None):
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                device,
                max_age=_KEPT,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response


class TellsOfLockout:
    """For login forms, before Django's own in the bases."""

    request: HttpRequest | None

    def get_invalid_login_error(self) -> ValidationError:
        attempt = _attempt(self.request)
        if attempt and attempt.wait:
            minutes = ceil(attempt.wait / 60)
            wait = "a minute" if minutes == 1 else f"{minutes} minutes"
            message = f"Too many attempts to log in. Wait {wait}, or use a device that you have used before."
            return ValidationError(message, code="locked")
        error: ValidationError = super().get_invalid_login_error()  # type: ignore[misc]
        return error


def _attempt(request: HttpRequest | None) -> Attempt | None:
    return getattr(request, "login_attempt", None)


def _buckets(request: HttpRequest, username: str) -> list[tuple[str, str]]:
    """In this order: who is refused for the first counts no more for the others."""
    account, address = _account(username), client_address(request)
    if device := _device(request, account):
        return [("logins_per_device", device)]
    return [
        ("logins_per_account_and_address", f"{account} {address}"),
        ("logins_per_address", address),
        ("logins_per_account", account),
    ]


def _account(username: str) -> str:
    """A hash, since the cookie shows it. Spellings that are easily confused are one account here."""
    name = normalize("NFKC", username).casefold()
    return salted_hmac(_SALT, name, algorithm="sha256").hexdigest()


def _device(request: HttpRequest, account: str) -> str | None:
    """What tells the browser from others that know the account; None when it has not logged in to it."""
    try:
        known, device = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=_KEPT
        )
    except (signing.BadSignature, ValueError):
        return None
    return f"{account} {device}" if constant_time_compare(known, account) else None
