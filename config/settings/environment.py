"""Where the process runs, whether that is a trial, and which modules it serves."""

from pathlib import Path
from tempfile import TemporaryFile

from django.core.exceptions import ImproperlyConfigured

from config.variables import Variables
from shop.building_blocks.hosts import is_local, is_safe_origin

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = Variables()
if env_file := env.str("ENV_FILE", default=str(BASE_DIR / ".env")):
    if "ENV_FILE" in env and not Path(env_file).is_file():
        raise ImproperlyConfigured(f"ENV_FILE is {env_file}, and there is no such file.")
    env.read_env(env_file)

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PUBLIC_URL = env.str("PUBLIC_URL", default="")
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var")))
SECRET_KEY = env.str("SECRET_KEY", default="") or ("local-development-only" if DEBUG else "")

if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Set it to a long random string, or SECRET_KEY_FILE to a file with "
        "one; for a trial on this machine, `make run` needs none."
    )
if DEBUG and not all(is_local(host) for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        f"DEBUG is on and ALLOWED_HOSTS is public ({', '.join(ALLOWED_HOSTS)}): tracebacks would "
        "show secrets to everybody. Set DEBUG=off."
    )
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS is *, so whoever asks would decide what we are called in redirects and tokens. "
        "Name the hosts, such as shop.example or .shop.example for its subdomains too."
    )
if DEMO and not DEBUG:
    raise ImproperlyConfigured(
        "DEMO makes an administrator whose password everybody knows. It needs DEBUG=on: unset DEMO."
    )
if (PUBLIC_URL or not DEBUG) and not is_safe_origin(PUBLIC_URL):
    raise ImproperlyConfigured(
        "PUBLIC_URL is the address that clients know the shop by, and the issuer of its tokens. Set it "
        "to one like https://shop.example, without a path and without a slash at the end."
    )


def data_dir() -> Path:
    """For who is about to keep something there."""
    try:
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        TemporaryFile(dir=DATA_DIR).close()
    except OSError as error:
        raise ImproperlyConfigured(
            f"DATA_DIR is {DATA_DIR}, and nothing can be kept there: {error.strerror}."
        ) from None
    return DATA_DIR


# Each brings its own tables, URLs and consumers. Those that run elsewhere are known by their manifests.
MODULES = {name: f"shop.modules.{name}" for name in ("catalog", "inventory", "identity")}
_chosen = {name.strip() for name in env.str("SHOP_MODULES", default=",".join(MODULES)).split(",")}
if _chosen - set(MODULES):
    raise ImproperlyConfigured(
        f"SHOP_MODULES has {', '.join(repr(name) for name in sorted(_chosen - set(MODULES)))}, and the "
        f"modules are {', '.join(MODULES)}: name those that this process is to serve, or unset it for all."
    )
SHOP_MODULES = [name for name in MODULES if name in _chosen]
