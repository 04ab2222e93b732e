"""What a plain view of Django answers to."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from shop.building_blocks.http.problems import method_not_allowed

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def reads(view: View[P]) -> View[P]:
    """Everything but GET and HEAD is a 405."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        return method_not_allowed(request, "GET, HEAD")

    return guarded
