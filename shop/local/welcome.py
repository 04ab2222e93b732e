"""Where everything is, and what to try first."""

from django.conf import settings

from shop.local import demo


def welcome(url: str) -> str:
    admin = f"Admin   {url}/admin/" if demo.has_accounts() else "Admin   none, as identity does not run here"
    metrics = "" if settings.METRICS_TOKEN else f"\n  Metrics {url}/metrics"
    return f"""
  API     {url}/api/v1
  Docs    {url}/docs  {url}/docs/events
  {admin}
  Health  {url}/livez  {url}/readyz{metrics}
{_demonstration(url) if settings.DEMO and demo.has_accounts() and demo.has_goods() else ""}
  Ctrl-C stops.
"""


def _demonstration(url: str) -> str:
    from shop.local import accounts, goods  # noqa: PLC0415  where all modules run

    token = (
        f"$(curl -s -u {accounts.CLIENT}:{accounts.SECRET} -d grant_type=client_credentials "
        f"{url}/connect/token | cut -d'\"' -f4)"
    )
    return f"""
  Administrator  {accounts.ADMIN} / {accounts.ADMIN}
  OAuth client   {accounts.CLIENT} / {accounts.SECRET} (client_credentials, all scopes)

  Create a product; the inventory opens its stock, and the list shows what is available:

curl -s {url}/api/v1/products -H "Authorization: Bearer {token}" \\
  -H 'Content-Type: application/json' \\
  -d '{{"sku": "MUG-'$(date +%s)'", "name": "Mug", "price": "9.50", "quantity": 12,'\\
'"inventory_id": "{goods.inventory_id()}"}}'

curl -s {url}/api/v1/products -H "Authorization: Bearer {token}"
"""
