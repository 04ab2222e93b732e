"""What services show each other, as PEM."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from django.core.exceptions import ImproperlyConfigured

from shop.building_blocks.rpc.settings import Identity


def identity(certificate: bytes, key: bytes, authorities: bytes) -> Identity:
    """The library itself would say no more than that it cannot connect, or listen."""
    try:
        own, *_ = load_pem_x509_certificates(certificate)
        private = load_pem_private_key(key, password=None)
        load_pem_x509_certificates(authorities)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ImproperlyConfigured(
            "RPC_CERTIFICATE and RPC_AUTHORITIES must be certificates, and RPC_KEY a private key without a "
            "password, each as PEM."
        ) from None
    if own.public_key() != private.public_key():
        raise ImproperlyConfigured("RPC_KEY is not the key that RPC_CERTIFICATE is for.")
    return Identity(certificate, key, authorities)
