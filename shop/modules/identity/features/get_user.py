"""Tell other modules who somebody is."""

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.mediator import handles
from shop.modules.identity.contracts import GetUser, KnownUser, UserNotFound
from shop.modules.identity.models import User

_BY_ID = Statement(lambda user_id: User.objects.filter(id=user_id).values_list("username", "is_active"))


@handles(GetUser)
def get_user(query: GetUser) -> KnownUser:
    row = _BY_ID.one(user_id=query.user_id)
    if row is None:
        raise UserNotFound(f"There is no user {query.user_id}.")
    username, is_active = row
    return KnownUser(id=query.user_id, username=username, is_active=is_active)
