"""Questions to modules that run in other processes, and from those, over gRPC."""

from django.core.exceptions import ImproperlyConfigured

from config.certificates import identity
from config.settings.environment import MODULES, env
from shop.building_blocks.hosts import is_address

_targets = {module: env.str(f"{module.upper()}_RPC_TARGET", default="") for module in MODULES}
for _module, _target in _targets.items():
    if _target and not is_address(_target):
        raise ImproperlyConfigured(
            f"{_module.upper()}_RPC_TARGET must be host:port, such as {_module}.internal:7000 or [::1]:7000."
        )

_tokens = tuple(filter(None, map(str.strip, env.list("RPC_TOKENS", default=[]))))
if not all(token.isascii() and token.isprintable() for token in _tokens):
    raise ImproperlyConfigured("RPC_TOKENS has signs that headers cannot carry: take letters and digits.")

_pem = (
    env.str("RPC_CERTIFICATE", default="", multiline=True).encode(),
    env.str("RPC_KEY", default="", multiline=True).encode(),
    env.str("RPC_AUTHORITIES", default="", multiline=True).encode(),
)
if any(_pem) and not all(_pem):
    raise ImproperlyConfigured(
        "RPC_CERTIFICATE, RPC_KEY and RPC_AUTHORITIES must all be set, or the same with _FILE and "
        "the name of a file; or none of them, for calls that are not encrypted."
    )

_timeout, _longest = env.float("RPC_TIMEOUT", default=1.0), env.float("RPC_LONGEST", default=5.0)
if _timeout <= 0 or _longest <= 0:
    raise ImproperlyConfigured("RPC_TIMEOUT and RPC_LONGEST must be more than 0 seconds.")

RPC = {
    "targets": {module: target for module, target in _targets.items() if target},
    "tokens": _tokens,
    "identity": identity(*_pem) if all(_pem) else None,
    "timeout": _timeout,
    "longest": _longest,
}
