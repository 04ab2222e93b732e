from shop.building_blocks import modules


class IdentityConfig(modules.ModuleConfig):
    name = "shop.modules.identity"
    owns = ("contenttypes", "auth", "sessions", "admin", "oauth2_provider")
