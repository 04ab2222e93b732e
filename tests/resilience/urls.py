"""Nobody calls a bank of workers over HTTP."""

urlpatterns: list[object] = []
