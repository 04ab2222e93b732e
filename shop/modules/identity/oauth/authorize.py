"""Where a user lets a client act for them: RFC 6749, section 4.1, OpenID Connect Core, section 3.1.2."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider import views
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.http import OAuth2ResponseRedirect
from oauth2_provider.oauth2_backends import _add_iss_to_redirect
from oauth2_provider.oauth2_validators import is_valid_resource_uri
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2.rfc6749.errors import ConsentRequired, InvalidRequestFatalError, InvalidScopeError

from shop.building_blocks.http.security import allow_form_action
from shop.modules.identity.oauth.answers import has_nul, repeated, values_of


class ConsentForm(forms.Form):
    """The one thing that the user says. What they agree to is in the URL, and is validated again."""

    allow = forms.BooleanField(required=False)


class AuthorizationView(views.AuthorizationView):
    template_name = "identity/consent.html"
    form_class = ConsentForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A client cannot ask to skip the consent, as the toolkit would let it by ``approval_prompt``."""
        if problem := _problem(request):
            error = InvalidRequestFatalError(description=problem)
            return self.render_to_response({"error": error}, status=error.status_code)
        parameters: Any = request.GET.copy()
        parameters.pop("approval_prompt", None)
        request.GET = parameters
        answer = super().dispatch(request, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        return answer

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if self._is_login_too_old():
            parameters = request.GET.copy()
            del parameters["max_age"]  # the new login satisfies it, and auth_time proves that to the client
            return redirect_to_login(f"{request.path}?{parameters.urlencode()}")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: ConsentForm) -> Any:
        """With what the URL says, and not with hidden fields that somebody may have changed."""
        try:
            scopes, credentials = self.validate_authorization_request(self.request)
            uri, *_ = self.create_authorization_response(
                self.request, " ".join(scopes), credentials, form.cleaned_data["allow"]
            )
        except OAuthToolkitError as error:
            return self.error_response(error, None)
        return self.redirect(uri, None)

    def validate_authorization_request(self, request: HttpRequest) -> tuple[list[str], dict[str, Any]]:
        """The scopes are those that the user can give."""
        scopes, credentials = super().validate_authorization_request(request)
        credentials["resource"] = request.GET.getlist("resource")
        if request.user.is_authenticated:
            scopes = [scope for scope in scopes if scope in request.user.allowed_scopes()]
            if not scopes:
                raise OAuthToolkitError(
                    error=InvalidScopeError(state=credentials["state"]),
                    redirect_uri=credentials["redirect_uri"],
                )
        return scopes, credentials

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        if "error" not in context and "none" in self._prompt():
            consent_required = ConsentRequired(state=context["state"])
            error = OAuthToolkitError(error=consent_required, redirect_uri=context["redirect_uri"])
            return self.error_response(error, None)
        if "error" not in context:
            allow_form_action(self.request, context["redirect_uri"])
        return super().render_to_response(context, **kwargs)

    def redirect(self, redirect_to: str, application: Any) -> Any:
        """To a URI that the client has registered, whatever its scheme; with ``iss``, RFC 9207, always."""
        issued = _add_iss_to_redirect(redirect_to, oauth2_settings.oidc_issuer(self.request))
        return OAuth2ResponseRedirect(issued, [urlsplit(issued).scheme])

    def _is_login_too_old(self) -> bool:
        """``max_age``, in seconds, which the toolkit does not know."""
        user, age = self.request.user, self.request.GET.get("max_age", "")
        if not user.is_authenticated or not age.isdecimal() or "none" in self._prompt():
            return False
        return bool((timezone.now() - user.last_login).total_seconds() > int(age))

    def _prompt(self) -> set[str]:
        return set(self.request.GET.get("prompt", "").split())


def _problem(request: HttpRequest) -> str:
    if twice := repeated(request.GET):
        return f"More than once: {', '.join(twice)}."
    if has_nul(values_of(request.GET)):
        return "A NUL stands for nothing here."
    if strange := [one for one in request.GET.getlist("resource") if not is_valid_resource_uri(one)]:
        return f"Not a resource: {', '.join(strange)}."
    return ""
