"""Requests are taken in, listed, shown and verified at the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bailee.cli.app import run
from tests.harm.firm import ALICE, MARKER
from tests.requests.identity.place import NOBODY, Place
from tests.requests.identity.test_a_copy_that_reaches_nobody import _refused

pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)

Command = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def bailee(place: Place, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command with JSON, as Sue of support unless told; return its exit code, what it said, and the error."""
    from bailee.store.models import Staff

    monkeypatch.delenv("BAILEE_TOKEN", raising=False)
    policy = ["--policy", str(place.firm.folder)]
    Staff.objects.all().delete()
    assert run(["staff", "add", "ada@harm.example", "--name", "Ada", "--role", "administrator", *policy]) == 0
    for name, role in (("sue", "support"), ("aud", "auditor")):
        adding = ["staff", "add", f"{name}@harm.example", "--name", name, "--role", role]
        assert run([*adding, "--as", "ada@harm.example", *policy]) == 0

    def command(*words: str, by: str = "sue") -> tuple[int, Any, str]:
        capfd.readouterr()
        code = run(["request", *words, *(["--as", f"{by}@harm.example"] if by else []), *policy, "--json"])
        said = capfd.readouterr()
        return code, json.loads(said.out) if said.out.strip() else None, said.err

    return command


def test_a_call_is_logged_listed_and_verified(place: Place, bailee: Command) -> None:
    code, logged, _ = bailee("log", "erase", ALICE, "--by", "telephone", "--words", f"please, {MARKER}")
    assert (code, logged["status"]) == (0, "unverified")
    listed = bailee("list")[1]
    assert [(one["reference"], bool(one["due"])) for one in listed["requests"]] == [(logged["reference"], True)]
    assert (listed["unverified"], listed["untold"]) == (1, [])
    assert [one["reference"] for one in bailee("list", "--unverified")[1]["requests"]] == [logged["reference"]]
    said = ("seen", logged["reference"], "document", "a passport")
    code, verified, _ = bailee(*said)
    assert (code, verified["status"]) == (0, "open")
    assert [one["reference"] for one in bailee("list")[1]["requests"]] == [logged["reference"]]
    assert bailee(*said)[0] == 6  # it is done already


def test_a_code_that_the_person_tells_is_entered(place: Place, bailee: Command) -> None:
    request = place.ask("copy")
    place.look(request)
    wrong, _, error = bailee("verify", request.reference, "2222-2222")
    assert (wrong, json.loads(error)["error"]["code"]) == (6, "not_proven")
    # entered today, by the clock of the machine: the code that was sent in `NOW` has run out long since
    assert bailee("verify", request.reference, place.codes(request)[0])[0] == 6
    assert bailee("resend-code", request.reference)[0] == 0


def test_what_was_said_is_shown_for_a_reason_alone(place: Place, bailee: Command) -> None:
    from bailee.store.models import Reading

    reference = bailee("log", "copy", ALICE, "--by", "letter", "--name", f"Alice {MARKER}")[1]["reference"]
    code, shown, _ = bailee("show", reference)
    assert (code, MARKER in json.dumps(shown)) == (0, False)
    assert bailee("show", reference, "--personal", "curiosity")[0] == 2
    assert bailee("show", reference, "--personal", "request", by="aud")[0] == 6
    assert Reading.objects.count() == 0
    code, shown, _ = bailee("show", reference, "--personal", "request")
    assert (code, shown["asked"]["name"]) == (0, f"Alice {MARKER}")
    assert Reading.objects.get().what == "asked"


WRONG = (
    ("log", "copy", "--by", "telephone"),
    ("log", "copy", "gibberish", "--by", "telephone"),
    ("log", "correct", ALICE, "--by", "telephone", "--change", "nothing"),
    ("log", "copy", NOBODY, "--by", "telephone", "--on", "2999-01-01"),
    ("show", "2222-2222-2222"),
    ("resend-code", "2222-2222-2222"),
    ("verify", "2222-2222-2222"),
)


def test_what_is_wrong_is_said_with_what_to_do(bailee: Command) -> None:
    for words in WRONG:
        code, said, error = bailee(*words)
        assert (code, said) == (2, None)
        assert json.loads(error)["error"]["hint"]


def test_nobody_in_particular_logs_nothing(bailee: Command) -> None:
    code, _, error = bailee("log", "copy", ALICE, "--by", "telephone", by="")
    assert code == 6
    assert "nobody is named" in json.loads(error)["error"]["message"]


def test_who_calls_back_is_given_the_number_on_file(
    place: Place, bailee: Command, capfd: pytest.CaptureFixture[str]
) -> None:
    path = place.firm.folder / "systems/shop.yaml"
    path.write_text(path.read_text().replace("e164, joins: confirm", "e164, joins: verified"))
    place.firm.run("UPDATE persons SET email = NULL, postal = ''")
    reference = bailee("log", "copy", "+442079460101", "--by", "telephone")[1]["reference"]
    from bailee.requests.intake import find_request

    request = find_request(reference)
    assert request is not None
    place.look(request)
    request.proofs.update(expires_at=datetime(2999, 1, 1, tzinfo=UTC))
    policy = ["--policy", str(place.firm.folder), "--as", "sue@harm.example"]
    capfd.readouterr()
    assert run(["request", "number", reference, *policy]) == 0
    assert capfd.readouterr().out == "+442079460101\n"
    code, verified, _ = bailee("call-back", reference, "knew the last invoice")
    assert (code, verified["status"]) == (0, "open")


def test_the_list_says_whom_staff_must_call_or_see(
    place: Place, bailee: Command, capfd: pytest.CaptureFixture[str]
) -> None:
    reference = bailee("log", "erase", ALICE, "--by", "telephone")[1]["reference"]
    from bailee.requests.intake import find_request

    request = find_request(reference)
    assert request is not None
    place.look(request)
    assert bailee("list")[1]["to_identify"] == []
    _refused(place, "identity", request)
    assert bailee("list")[1]["to_identify"] == [reference]
    policy = ["--policy", str(place.firm.folder)]
    listed = ["request", "list", "--as", "sue@harm.example", *policy]
    capfd.readouterr()
    assert run(listed) == 0
    assert "no letter has asked the person who they are" in capfd.readouterr().out
    place.look(request)
    request.proofs.filter(failed_at=None).update(
        expires_at=datetime(2999, 1, 1, tzinfo=UTC)
    )  # a command asks the clock
    assert run(listed) == 0
    said = capfd.readouterr().out
    assert "the person must be called" in said
    assert ALICE not in said
    assert bailee("list", by="aud")[1]["to_identify"] == []  # an auditor is shown none of these
