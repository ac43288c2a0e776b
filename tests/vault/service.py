"""A key service for tests: the transit engine of OpenBao as its documentation has it, over a real socket.

https://openbao.org/api-docs/secret/transit/ : keys/:name (read, config, rotate), encrypt, decrypt, rewrap.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TOKEN = "s.for-tests"


class Refused(Exception):
    """What the service answers with a status of 4xx or 5xx."""

    def __init__(self, status: int, says: str) -> None:
        self.status, self.says = status, says
        super().__init__(says)


class Service:
    """The keys, and what a test may change: ``down`` (sealed), ``forbidden`` paths, ``garbled`` answers."""

    def __init__(self) -> None:
        self.versions: dict[str, list[AESGCM]] = {}
        self.least: dict[str, int] = {}
        self.seen: list[str] = []
        self.sent: list[bytes] = []
        self.down = self.garbled = False
        self.forbidden: set[str] = set()
        self.url = ""

    def make(self, key: str) -> None:
        self.versions[key], self.least[key] = [AESGCM(secrets.token_bytes(32))], 1

    def answer(self, method: str, path: str, token: str | None, body: dict[str, Any]) -> dict[str, Any] | None:
        self.seen.append(f"{method} {path}")
        if self.down:
            raise Refused(503, "Vault is sealed")
        _, version, mount, what, key, *rest = path.split("/")
        if token != TOKEN or what in self.forbidden or "/".join([what, *rest]) in self.forbidden:
            raise Refused(403, "permission denied")
        assert (version, mount) == ("v1", "transit")
        if key not in self.versions:
            raise Refused(404, "no handler") if what == "keys" else Refused(400, "encryption key not found")
        match (method, what, rest):
            case ("GET", "keys", []):
                return {"latest_version": len(self.versions[key]), "min_decryption_version": self.least[key]}
            case ("POST" | "PUT", "keys", ["rotate"]):
                self.versions[key].append(AESGCM(secrets.token_bytes(32)))
                return None
            case ("POST" | "PUT", "keys", ["config"]):
                self.least[key] = int(body["min_decryption_version"])
                return None
            case ("POST" | "PUT", "encrypt", []):
                return {"ciphertext": self._encrypted(key, base64.b64decode(body["plaintext"]))}
            case ("POST" | "PUT", "decrypt", []):
                several = [self._opened(key, one) for one in body.get("batch_input", ())]
                return {"batch_results": several} if several else self._opened(key, body)
            case ("POST" | "PUT", "rewrap", []):
                return {"ciphertext": self._encrypted(key, self._decrypted(key, body["ciphertext"]))}
        raise Refused(404, "unsupported path")

    def _opened(self, key: str, item: dict[str, Any]) -> dict[str, Any]:
        return {"plaintext": base64.b64encode(self._decrypted(key, item["ciphertext"])).decode()}

    def _encrypted(self, key: str, plain: bytes) -> str:
        nonce = secrets.token_bytes(12)
        sealed = nonce + self.versions[key][-1].encrypt(nonce, plain, None)
        return f"vault:v{len(self.versions[key])}:{base64.b64encode(sealed).decode()}"

    def _decrypted(self, key: str, text: str) -> bytes:
        try:
            _, version, sealed = text.split(":")
            number, raw = int(version[1:]), base64.b64decode(sealed)
            if number < self.least[key]:
                raise Refused(400, "ciphertext or signature version is disallowed by policy (too old)")
            return self.versions[key][number - 1].decrypt(raw[:12], raw[12:], None)
        except (ValueError, IndexError, InvalidTag):
            raise Refused(400, f"cipher: message authentication failed: {text}") from None


@contextmanager
def serving() -> Iterator[Service]:
    """Yield a service that listens on a port of this machine."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            service.sent.append(raw)
            status, said = 200, b""
            try:
                data = service.answer(
                    self.command, self.path, self.headers.get("X-Vault-Token"), json.loads(raw) if raw else {}
                )
                status, said = (204, b"") if data is None else (200, json.dumps({"data": data}).encode())
            except Refused as refused:
                status, said = refused.status, json.dumps({"errors": [refused.says]}).encode()
            said = b"<html>" if service.garbled else said
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = do_PUT = _do  # noqa: N815 - as http.server wants it

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
