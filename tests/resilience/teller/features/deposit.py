"""Deposit on an account, several times in one transaction."""

from dataclasses import dataclass

from shop.building_blocks.mediator import Command, handles
from shop.building_blocks.messaging import outbox
from tests.resilience.teller.contracts import Deposited
from tests.resilience.teller.models import Account


@dataclass(frozen=True, kw_only=True)
class Deposit(Command[None]):
    account: str
    times: int
    poison_at: int | None = None
    """The version of the account that nobody will be able to record."""


@handles(Deposit)
def deposit(command: Deposit) -> None:
    Account.objects.get_or_create(name=command.account)
    account = Account.objects.select_for_update().get(name=command.account)
    for _ in range(command.times):
        account.version += 1
        poison = account.version == command.poison_at
        outbox.publish(Deposited(account=account.name, version=account.version, is_poison=poison))
    account.save()
