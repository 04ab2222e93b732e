"""Modules that became services, behind one address: the same image, other variables."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.acceptance.processes import MODULES, WORKER, Command, address, proxy, rpc, web
from tests.acceptance.shops import Monolith
from tools.private_server import free_port

Group = tuple[str, ...]
"""Modules that share processes."""


class Split(Monolith):
    """A database for each module; web, worker and gRPC for each group, and the admin over all of them."""

    def __init__(self, folder: Path, groups: Sequence[Group]) -> None:
        self.groups = groups
        self.webs = {group: free_port() for group in groups}
        self.rpcs = {group: free_port() for group in groups}
        self.admin_port = free_port()
        super().__init__(folder)

    def database(self, module: str) -> str:
        return f"{self.name}_{module}"

    def prepare(self) -> None:
        """Each group sees to its own databases; the admin then names the permissions of all."""
        with ThreadPoolExecutor() as at_once:
            list(at_once.map(lambda group: self.manage("prepare", **self.only(group[0])), self.groups))
            named = at_once.submit(self.manage, "migrate", "--database", "identity")
            asking = at_once.submit(self._create_identitys_client, "catalog:read", "--may-introspect")
            self.credentials = self._create_identitys_client(*self.SCOPES)
            named.result()
        client, secret = asking.result()
        self.env |= {"INTROSPECTION_CLIENT_ID": client, "INTROSPECTION_CLIENT_SECRET": secret}

    def _create_identitys_client(self, *arguments: str) -> tuple[str, str]:
        return self._create_client(*arguments, **self.only("identity"))

    def group_of(self, module: str) -> Group:
        return next(group for group in self.groups if module in group)

    def rpc_port(self, module: str) -> int:
        return self.rpcs[self.group_of(module)]

    def only(self, module: str) -> dict[str, str]:
        """The environment of a process of its group, with no secrets of others, and the ways to them."""
        group = self.group_of(module)
        others = [other for other in MODULES if other not in group]
        env = {"SHOP_MODULES": ",".join(group)}
        for other in others:
            env[f"{other.upper()}_DATABASE_URL"] = ""
            env[f"{other.upper()}_RPC_TARGET"] = f"127.0.0.1:{self.rpc_port(other)}"
        if "identity" in others:
            env |= {"OIDC_SIGNING_KEY": "", "IDENTITY_URL": address(self.webs[self.group_of("identity")])}
        return env

    def commands(self) -> list[Command]:
        """The proxy is the last, and has somebody to lead to."""
        groups = [one for group in self.groups for one in self.commands_of(group[0])]
        return [*groups, self.admin(), self.proxy()]

    def commands_of(self, module: str) -> list[Command]:
        group, env = self.group_of(module), self.only(module)
        worker = WORKER._replace(env=env)
        return [web(self.webs[group], **env), worker, rpc(self.rpcs[group], **env)]

    def admin(self) -> Command:
        return web(self.admin_port)

    def proxy(self) -> Command:
        webs = {
            f"{module.upper()}_WEB": f"127.0.0.1:{self.webs[self.group_of(module)]}" for module in MODULES
        }
        own = {"LISTEN": "127.0.0.1", "XDG_DATA_HOME": str(self.folder)}
        return proxy(self.port, ADMIN_WEB=f"127.0.0.1:{self.admin_port}", **webs, **own)


class Services(Split):
    """Each module by itself."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, [(module,) for module in MODULES])

    @property
    def ports(self) -> dict[str, int]:
        """Of each module's own web process."""
        return {module: self.webs[module,] for module in MODULES}


def extracted(module: str) -> type[Split]:
    """One module became a service; the others stayed together."""

    class Extracted(Split):
        def __init__(self, folder: Path) -> None:
            super().__init__(folder, [(module,), tuple(other for other in MODULES if other != module)])

    return Extracted
