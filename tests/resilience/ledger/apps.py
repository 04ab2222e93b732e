from shop.building_blocks import modules


class LedgerConfig(modules.ModuleConfig):
    name = "tests.resilience.ledger"
