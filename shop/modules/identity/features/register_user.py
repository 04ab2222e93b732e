"""Open an account."""

from dataclasses import InitVar, dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.errors import Conflict
from shop.building_blocks.http.answers import created
from shop.building_blocks.http.bodies import RequestBody
from shop.building_blocks.http.endpoints import PublicEndpoint
from shop.building_blocks.http.idempotency import once
from shop.building_blocks.http.shapes import Created
from shop.building_blocks.mediator import Command, handles
from shop.building_blocks.messaging import outbox
from shop.modules.identity.contracts import UserRegistered
from shop.modules.identity.models import User


@dataclass(frozen=True, kw_only=True)
class RegisterUser(Command[UUID]):
    """The password is hashed as the command is made: before the transaction, and out of any log."""

    username: str
    email: str
    password: InitVar[str]
    first_name: str = ""
    last_name: str = ""
    password_hash: str = field(init=False, repr=False)

    def __post_init__(self, password: str) -> None:
        object.__setattr__(self, "password_hash", make_password(password))


class UsernameTaken(Conflict):
    """Somebody else has this username."""


@handles(RegisterUser)
def register_user(command: RegisterUser) -> UUID:
    user, is_new = User.objects.get_or_create(
        username=command.username,
        defaults={
            "email": User.objects.normalize_email(command.email),
            "password": command.password_hash,
            "first_name": command.first_name,
            "last_name": command.last_name,
        },
    )
    if not is_new:
        raise UsernameTaken("This username is taken. Choose another one.")
    outbox.publish(UserRegistered(user_id=user.id, version=1))
    return user.id


class UsernameField(serializers.CharField):
    """Normalised before it is validated: NFKC can make a name longer, and put blanks in."""

    def to_internal_value(self, data: Any) -> str:
        return User.normalize_username(super().to_internal_value(data))


class RegisterUserRequest(RequestBody):
    username = UsernameField(max_length=150, validators=[UnicodeUsernameValidator()])
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True)
    first_name = serializers.CharField(max_length=150, default="", allow_blank=True)
    last_name = serializers.CharField(max_length=150, default="", allow_blank=True)

    example = {
        "username": "alice",
        "email": "alice@example.org",
        "password": "correct horse battery staple",
        "first_name": "Alice",
        "last_name": "Liddell",
    }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Django's validators also compare the password with the other fields."""
        who = User(**{name: value for name, value in attrs.items() if name != "password"})
        try:
            validate_password(attrs["password"], who)
        except ValidationError as error:
            raise serializers.ValidationError({"password": error.messages}) from error
        return attrs


class RegisterUserEndpoint(PublicEndpoint):
    limits = ("registrations_per_address",)
    refuses = (UsernameTaken,)

    @extend_schema(request=RegisterUserRequest, responses={201: Created})
    def post(self, request: Request) -> Response:
        return once(request, RegisterUser(**RegisterUserRequest.read(request)), created)
