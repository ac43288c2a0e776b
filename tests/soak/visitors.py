"""Persons who ask by the portal's pages, over HTTP as a browser does, and answer the letters that they get."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from tests.soak.world import CAROLS, World

RIGHTS: Mapping[str, int] = {
    "erase": 50, "copy": 14, "portability": 6, "restrict": 5, "object": 5, "correct": 5, "question": 8, "complaint": 7,
}  # fmt: skip
"""What is asked for, and how often of a hundred times."""

PAGES = {
    "who": ("email", "phone"),
    "wrong": ("target", "value"),
    "freeze": ("words",),
    "question": ("words",),
    "complaint": ("words", "target"),
    "reach": ("reply_to", "address", "agent"),
}
SLOW = 10.0
"""Seconds in which a page answers."""

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]+)"')
_CODE = re.compile(r"(?m)^ *([0-9A-Z]{4}-[0-9A-Z]{4}) *$")
_REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b")


class Unwell(Exception):
    """A page did not answer, or not as it does on a good day: its status."""


@dataclass
class Browser:
    """Somebody at an address of the network, who keeps cookies. ``times``: of each page, seconds."""

    port: int
    at: str
    times: list[tuple[float, float, int]] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)

    def open(self, method: str, path: str, form: Mapping[str, str] | None = None) -> tuple[int, str, str]:
        """Return status, where it leads to, and the page. Raises `Unwell` where there is no answer."""
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "X-Forwarded-For": self.at,
            "X-Forwarded-Proto": "https",
            "Origin": f"https://127.0.0.1:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        body = urlencode(form).encode() if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began, status = time.monotonic(), 0
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text, status = answer.read().decode(errors="replace"), answer.status
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
        except (OSError, HTTPException) as error:
            raise Unwell(type(error).__name__) from None
        finally:
            connection.close()
            self.times.append((began, time.monotonic() - began, status))
        return status, answer.getheader("Location") or "", text

    def press(self, path: str, form: Mapping[str, str], page: str = "") -> tuple[int, str, str]:
        """Send a form, with what is hidden in it. Raises `Unwell`."""
        status, _, shown = self.open("GET", page or path)
        hidden = dict(_HIDDEN.findall(shown))
        if status != 200 or "csrfmiddlewaretoken" not in hidden:
            raise Unwell(f"GET {status}")
        return self.open("POST", path, {**hidden, **form})

    def ask(self, right: str, answers: Mapping[str, str]) -> str:
        """Ask by the pages, one after the other; return the reference. Raises `Unwell`."""
        status, there, _ = self.press("/ask", {"right": right})
        for _ in range(8):
            if status != 302:
                raise Unwell(f"POST {status}")
            if "/ask/check" in there:
                break
            step = there.rpartition("/")[2]
            status, there, _ = self.press(there, {name: answers[name] for name in PAGES[step] if name in answers})
        status, there, _ = self.press("/ask/send", {}, page="/ask/check")
        if status != 302 or not there.endswith("/ask/sent"):
            raise Unwell(f"POST {status}")
        found = re.search(r'class="hash">([^<]+)<', self.open("GET", "/ask/sent")[2])
        if found is None:
            raise Unwell("no reference")
        return found[1]


@dataclass
class Person:
    """``number`` names them in every system. ``plans``: hashes of plans of theirs that were approved."""

    number: int
    right: str
    reference: str = ""
    plans: set[str] = field(default_factory=set)
    sought: float = 0.0
    is_proven: bool = False
    is_busy: bool = False
    asked: int = 0

    @property
    def email(self) -> str:
        """By what they are known."""
        return f"person{self.number}@post.example"


class Crowd:
    """All who ask, a few at a time."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.chance = world, random.Random(seed)
        self.people: list[Person] = []
        self.times: list[tuple[float, float, int]] = []
        self.troubles: dict[str, int] = {}
        self._pool = ThreadPoolExecutor(8)
        self._lock = threading.Lock()
        self._read = 0
        self._next = CAROLS

    def come(self) -> None:
        """Let a new person come, and ask."""
        right = self.chance.choices(list(RIGHTS), list(RIGHTS.values()))[0]
        with self.world.lock:
            self._next += 1
            self.world.firm.add(self._next)
            person = Person(self._next, right)
            self.people.append(person)
        self.again(person)

    def again(self, person: Person) -> None:
        """Let somebody ask, or ask again where nobody knows of it."""
        person.reference, person.is_proven, person.is_busy = "", False, True
        self._pool.submit(self._do, person, self._ask)

    def look_around(self) -> None:
        """Let those ask once more whose page did not come, and those answer who have got a letter."""
        mails = self.world.mailbox.mails
        while self._read < len(mails):
            self._take(self._read)
            self._read += 1
        for person in self.people:
            if not person.reference and not person.is_busy and time.monotonic() > person.sought + 5:
                self.again(person)

    def _take(self, number: int) -> None:
        _, recipients = self.world.mailbox.envelopes[number]
        body = self.world.mailbox.mails[number].get_body(("plain",))
        text = body.get_content().replace("\r\n", "\n") if body is not None else ""
        codes, named = _CODE.findall(text), set(_REFERENCE.findall(text))
        for person in self.people:
            if codes and named and person.email in recipients and not person.is_proven:
                person.reference, person.is_busy = min(named), True  # an answer that was lost on the way
                self._pool.submit(self._do, person, partial(self._prove, code=codes[0]))

    def _ask(self, person: Person, browser: Browser) -> None:
        person.asked += 1
        answers = {"email": person.email, "reply_to": person.email, "words": "as I told you"}
        if person.right == "correct":
            answers |= {"target": "my name", "value": f"Person {person.number} Smith"}
        person.reference = browser.ask(person.right, answers)

    def _prove(self, person: Person, browser: Browser, *, code: str) -> None:
        path = f"/request/{person.reference}"
        status, _, _ = browser.press(path, {"code": code})
        if status != 302:
            raise Unwell(f"code {status}")
        person.is_proven = True

    def close(self) -> None:
        """Wait for those who are on their way."""
        self._pool.shutdown(wait=True)

    def _do(self, person: Person, what: object) -> None:
        assert callable(what)
        browser = Browser(self.world.port, f"198.51.{person.number // 250 % 250}.{person.number % 250 + 1}")
        try:
            what(person, browser)
        except Unwell as error:
            with self._lock:
                self.troubles[str(error)] = self.troubles.get(str(error), 0) + 1
        finally:
            with self._lock:
                self.times.extend(browser.times)
            person.sought, person.is_busy = time.monotonic(), False
