"""Logging in and out."""

from typing import Any

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from oauth2_provider import views

from shop.building_blocks.http.security import allow_form_action
from shop.modules.identity.lockout import TellsOfLockout


class LoginForm(TellsOfLockout, AuthenticationForm):
    pass


class LoginView(auth.LoginView):
    authentication_form = LoginForm
    template_name = "identity/login.html"

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """By a page that moves on: browsers apply its form-action to each hop of a redirect after a form.

        The consent may answer with an error at the client's own address, far from ours.
        """
        return render(self.request, "identity/continue.html", {"url": super().form_valid(form)["Location"]})


@method_decorator(never_cache, name="dispatch")
class LogoutView(views.RPInitiatedLogoutView):
    """OpenID Connect RP-Initiated Logout; for a user who comes without a client, too."""

    template_name = "identity/logout.html"

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        if back := self.oidc_data.get("post_logout_redirect_uri"):  # only what was validated gets there
            allow_form_action(self.request, back)
        return super().render_to_response(context, **kwargs)
