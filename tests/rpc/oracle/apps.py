from shop.building_blocks import modules


class OracleConfig(modules.ModuleConfig):
    name = "tests.rpc.oracle"
