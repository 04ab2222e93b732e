"""Takes out of a text what must not be read in a log: secrets, and who somebody is.

Nothing of ours writes any. This is for what libraries say when something fails: the database quotes values,
an HTTP client its headers, a broker's client its URL.
"""

import re

HIDDEN = "[hidden]"

_SECRETS = (
    r"(?:passw(?:or)?d|secret|token|api[_-]?key|credential|signature|authorization|cookie|code_verifier|assertion"
    r"|first_name|last_name|e?mail|username)\w{0,20}"
)
# Callers may choose what is searched, so every repetition has a bound, or takes all that is left of a line.
_PATTERN = re.compile(
    rf"""
      (?P<url>://[^/\s:@'"]{{0,200}}:)[^@\s/'"]{{1,500}}(?=@)                  # amqp://user:HERE@host
    | (?P<quoted>\b(?:Key\ \(.{{1,200}}?\)=\(|row\ contains\ \()).*          # PostgreSQL quotes values
    | (?P<scheme>\b(?:bearer|basic)\s{{1,9}})[\w.~+/=-]+                     # Bearer HERE
    | (?P<name>{_SECRETS}\\?["']?\s{{0,9}}(?:=>?|:(?!:))\s{{0,9}})           # password=HERE, "token": "HERE"
        (?:\\?"(?:[^"\\]|\\[^"]){{0,500}}\\?"|'(?:[^'\\]|\\.){{0,500}}'|(?:(?:bearer|basic)\s{{1,9}})?[^\s&,;)}}\]]+)
    | (?<![\w.+-])[\w.+-]{{1,200}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}})+           # an e-mail address
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One of these is in whatever the pattern finds. Most lines have none, and are spared the search.
_SIGNS = (
    *("@", "=(", "bearer", "basic", "passw", "secret", "token", "key", "credential", "signature", "authoriz"),
    *("cookie", "verifier", "assertion", "name", "mail", "row contains"),
)


def is_suspicious(text: str) -> bool:
    lowered = text.lower()
    return any(map(lowered.__contains__, _SIGNS))


def redact(text: str) -> str:
    return _PATTERN.sub(_hide, text) if is_suspicious(text) else text


def _hide(match: re.Match[str]) -> str:
    return f"{match[match.lastgroup] if match.lastgroup else ''}{HIDDEN}"
