"""What a person at a browser does on the pages of the shop, without one: forms, cookies, redirects."""

import re
from dataclasses import dataclass, field

import requests


@dataclass
class Surfer:
    """Keeps cookies, and follows no redirect that nobody asked to follow."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def open(self, path: str, **kwargs: str) -> requests.Response:
        return self._said(self.session.get(self._at(path), params=kwargs, timeout=20, allow_redirects=False))

    def submit(self, path: str, **fields: str) -> requests.Response:
        """The form that is at this path."""
        page = self.open(path)
        [token, *_] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        form = {"csrfmiddlewaretoken": token, **fields}
        headers = {"Origin": self.url}
        return self._said(
            self.session.post(self._at(path), form, headers=headers, timeout=20, allow_redirects=False)
        )

    def log_in(self, username: str, password: str, path: str = "/login") -> requests.Response:
        return self.submit(path, username=username, password=password)

    def _at(self, path: str) -> str:
        return path if path.startswith(self.url) else f"{self.url}{path}"

    def _said(self, answer: requests.Response) -> requests.Response:
        """The cookies are for https, which a proxy would speak."""
        for cookie in self.session.cookies:
            cookie.secure = False
        return answer
