"""Django's admin with our site in the place of its own."""

from django.contrib.admin import apps


class ShopAdmin(apps.AdminConfig):
    default = False  # this folder is an app itself, and not this one
    default_site = "shop.building_blocks.admin_site.site.Site"
