from shop.building_blocks import modules


class TellerConfig(modules.ModuleConfig):
    name = "tests.resilience.teller"
