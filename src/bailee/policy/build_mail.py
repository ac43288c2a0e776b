"""The shape of ``mail:`` turned into its value: what would send letters nowhere, or in the open, is refused."""

from __future__ import annotations

import re

from bailee.policy import shapes
from bailee.policy.firm import Mail
from bailee.policy.placed import PolicyFile

_SITE = re.compile(r"https://[^/?#\s]+(/[^?#\s]*)?\Z|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(/[^?#\s]*)?\Z")


def mail(page: PolicyFile, said: shapes.MailKeys) -> Mail:
    """Return how mail leaves the firm; what cannot be is noted on ``page``."""
    if said.password and said.password.partition(":")[0] not in {"file", "env", "vault"}:
        hint = "write env:NAME, file:PATH or vault:NAME, and keep the password there"
        page.say("P114", ("mail", "password"), "is a password", hint)
    if bool(said.host) is bool(said.folder):
        message = "names a server and a folder" if said.host else "names no server"
        page.say("P133", ("mail",), message, "write host: of the server, or folder: where no letter is to leave")
    if said.host and said.security == "none" and said.host not in {"localhost", "127.0.0.1", "::1"}:
        hint = "write security: starttls, or tls: letters hold codes and names"
        page.say("P131", ("mail", "security"), "sends mail unencrypted over a network", hint)
    if said.site and not _SITE.match(said.site):
        page.say("P132", ("mail", "site"), "is no address for links in letters", "write https://privacy.example.com")
    return Mail(**{**said.model_dump(), "host": said.host or "", "folder": said.folder or ""})
