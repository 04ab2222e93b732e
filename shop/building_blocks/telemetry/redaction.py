"""Takes out of a text what must not be read in a log: secrets, and who somebody is.

Nothing of ours writes any. This is for what libraries say when something fails: the database quotes values,
an HTTP client its headers, a broker's client its URL.
"""

import re

HIDDEN = "[hidden]"

_SECRETS = (
    r"(?:[\w-]*(?:passw(?:or)?d|secret|token|api[_-]?key|credential|signature)\w*|authorization|cookie|code_verifier"
    r"|assertion|first_name|last_name|e?mail|username)"
)
_PATTERN = re.compile(
    rf"""
      (?P<url>://[^/\s:@'"]*:)[^@\s/'"]+(?=@)                             # amqp://user:HERE@host
    | (?P<scheme>\b(?:bearer|basic)\s+)[\w.~+/=-]+                        # Authorization: Bearer HERE
    | (?P<name>\b{_SECRETS}\\?["']?\s*(?:=>|[=:])\s*)
        (?:\\?"(?:[^"\\]|\\[^"])*\\?"|'(?:[^'\\]|\\.)*'|[^\s&,;)}}\]]+)   # password=HERE, "token": "HERE"
    | (?P<key>\bKey\ \([^)]*\)=\().*?(?=\)\ (?:already|is\ |conflicts))    # PostgreSQL quotes a unique key
    | (?P<row>\brow\ contains\ \().*(?=\)\.?$)                            # and a whole row
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                        # an e-mail address
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)


_SUSPICIOUS = re.compile(  # most lines are not, and are spared the search above
    r"@|=\(|bearer|basic|passw|secret|token|api.?key|credential|signature|authoriz|cookie|verifier|assertion|name"
    r"|mail|row contains",
    re.IGNORECASE,
)


def redact(text: str) -> str:
    return _PATTERN.sub(_hide, text) if _SUSPICIOUS.search(text) else text


def _hide(match: re.Match[str]) -> str:
    return f"{match[match.lastgroup] if match.lastgroup else ''}{HIDDEN}"
