"""The RSA keys of id_tokens, as PEM."""

import os
import re
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.core.exceptions import ImproperlyConfigured

_PEM = re.compile(r"-----BEGIN [A-Z ]+-----.+?-----END [A-Z ]+-----", re.DOTALL)
_BITS = 2048


def private_key(pem: str) -> str:
    """The PEM of ``OIDC_SIGNING_KEY``, if it is one of an RSA key that is long enough."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _BITS:
        raise ImproperlyConfigured(
            "OIDC_SIGNING_KEY is not set to an RSA private key of 2048 bits or more. Make one by `openssl "
            "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out oidc.pem`, and set "
            "OIDC_SIGNING_KEY_FILE=oidc.pem."
        )
    return pem


def other_keys(pems: str) -> list[str]:
    """Those of ``OIDC_OTHER_KEYS``, public or private, one after the other."""
    return _PEM.findall(pems)


def of_this_machine(folder: Path) -> str:
    """A key for trials, made at the first start. Of several starts at once, all take the same one."""
    path = folder / "oidc.pem"
    if not path.exists():
        draft = folder / f"oidc.{os.getpid()}.pem"
        draft.touch(mode=0o600)
        draft.write_text(generated())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def generated() -> str:
    """A new private key."""
    key = generate_private_key(public_exponent=65537, key_size=_BITS)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()
