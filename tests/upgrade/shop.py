"""A shop whose processes are of two versions, over one database and one broker."""

from pathlib import Path

from tests.acceptance.processes import MODULES, PRESENT, WORKER, Command, Process, Version, address, rpc, web
from tests.acceptance.shops import Monolith
from tests.support import eventually
from tools.private_server import free_port

OTHER = {"previous": "present", "present": "previous"}


class TwoVersions(Monolith):
    """A process is called by its version, the module if it has one alone, and what it does: "present web",
    "previous inventory worker". ``asked`` is the version that gets the requests and runs the commands.
    """

    asked = "previous"

    def __init__(self, folder: Path, previous: Version) -> None:
        self.versions = {"previous": previous, "present": PRESENT}
        self.webs = {version: free_port() for version in OTHER}
        self.rpcs = {version: free_port() for version in OTHER}
        self.running: dict[str, Process] = {}
        super().__init__(folder)

    @property
    def version(self) -> Version:  # type: ignore[override]
        return self.versions[self.asked]

    @property
    def url(self) -> str:
        return address(self.webs[self.asked])

    def commands(self) -> list[Command]:
        return [self._command(f"{version} {kind}") for version in OTHER for kind in ("web", "worker")]

    def run(self, *names: str) -> None:
        """These processes and no others: who is too many is asked to stop, and then does so by itself."""
        gone = {name: self.running.pop(name) for name in list(self.running) if name not in names}
        for process in gone.values():
            process.tell(self.stop_signal)
            self.processes.remove(process)
        for name, process in gone.items():
            assert process.wait() == 0, f"{name}: {process.output[-5000:]}"
        for name in [name for name in names if name not in self.running]:
            self._begin(name)
        eventually(lambda: all(self._is_at_work(name) for name in names), seconds=60)

    def _begin(self, name: str) -> None:
        pulse = self._pulse(name)
        pulse.unlink(missing_ok=True)
        env = self.env | {"HEALTH_DIR": str(pulse.parent)}
        self.running[name] = Process.of(self._command(name), env, self.folder / f"{name}.log")
        self.processes.append(self.running[name])

    def _is_at_work(self, name: str) -> bool:
        """A worker serves no requests, and says so by a file."""
        return self.running[name].is_ready() and ("worker" not in name or self._pulse(name).exists())

    def _pulse(self, name: str) -> Path:
        return self.folder / name / "worker"

    def run_python(self, script: str, **env: str) -> str:
        """In a process of ``asked``; what it printed."""
        return self.manage("shell", "--verbosity", "0", "--command", script, **env)

    def said_by(self, name: str, line: str) -> int:
        """How often, since it was first started."""
        log = self.folder / f"{name}.log"
        return log.read_text().count(line) if log.exists() else 0

    def only(self, module: str) -> dict[str, str]:
        """For a process that has this module alone, and asks the version that is not ``asked`` for others."""
        others = [other for other in MODULES if other != module]
        target = f"127.0.0.1:{self.rpcs[OTHER[self.asked]]}"
        return {"SHOP_MODULES": module, **{f"{other.upper()}_RPC_TARGET": target for other in others}}

    def _command(self, name: str) -> Command:
        version, *modules, kind = name.split()
        commands = {
            "web": web(self.webs[version], "--workers", "1"),
            "worker": WORKER,
            "rpc": rpc(self.rpcs[version]),
        }
        env = self.only(modules[0]) if modules else {}
        return commands[kind]._replace(env=env).by(self.versions[version])
