"""Take back what a reservation holds when its time is over."""

from shop.building_blocks.messaging import outbox
from shop.building_blocks.messaging.registry import consumes
from shop.modules.inventory.contracts import ReservationExpiryDue
from shop.modules.inventory.models import Reservation


@consumes(ReservationExpiryDue)
def expire_reservation(event: ReservationExpiryDue) -> None:
    """The event is the alarm clock: when it rings the time is over, whatever this machine's clock says."""
    for told in Reservation.lock(event.reservation_id).expire():
        outbox.publish(told)
