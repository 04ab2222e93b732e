"""OAuth 2.1 and OpenID Connect: django-oauth-toolkit, and what its settings cannot say.

The toolkit runs the flows. What is mended here is behind methods that it lets one override: who may have
which scopes, what makes a token usable, what a replay does, and how clients authenticate.
"""
