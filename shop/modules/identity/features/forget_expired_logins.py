"""Delete tokens, codes and sessions that nobody can use any more.

Of refresh tokens those stay that were rotated, until they expire: they are what a replay is known by.
"""

from django.contrib.sessions.models import Session
from django.utils import timezone
from oauth2_provider.models import clear_expired

from shop.building_blocks.database.batches import delete_in_batches
from shop.building_blocks.housekeeping import Progress, chore


@chore
def forget_expired_logins(progress: Progress | None = None) -> int:
    clear_expired()
    expired = Session.objects.filter(expire_date__lt=timezone.now()).order_by("expire_date")
    return delete_in_batches(expired, progress)
