from shop.building_blocks import modules


class AskerConfig(modules.ModuleConfig):
    name = "tests.rpc.asker"
