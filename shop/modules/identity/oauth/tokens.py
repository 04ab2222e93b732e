"""Whom an access token stands for. Every check of a token asks here, in one query."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from shop.building_blocks.database.reads import Statement


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is usable. ``resource``: the servers that it is for, RFC 8707; none means all."""

    client_id: str
    user_id: UUID | None
    scope: str
    issued: datetime
    expires: datetime
    resource: list[str]


def find(token: str) -> Token | None:
    """The token, unless it is unknown, revoked or expired."""
    row = _of_active.one(checksum=sha256(token.encode()).hexdigest())
    if row is None:
        return None
    client_id, user_id, scope, issued, expires, resource = row
    servers = json.loads(resource) if isinstance(resource, str) else resource
    found = Token(client_id, user_id, scope, issued, expires, servers)
    return found if found.expires > timezone.now() else None


def _usable(checksum: Any) -> Any:
    """Of a client that is active, for nobody or for a user who is active."""
    tokens = get_access_token_model()._default_manager.filter(
        Q(user=None) | Q(user__is_active=True), token_checksum=checksum, application__is_active=True
    )
    return tokens.values_list("application__client_id", "user_id", "scope", "created", "expires", "resource")


_of_active = Statement(_usable)
