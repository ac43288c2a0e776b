"""`bailee staff`: who works here, at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bailee.cli.app import run
from tests.conftest import MakeBooks

ADA, GRACE = "ada@firm.example", "grace@firm.example"


@pytest.fixture
def context(folder: Path, make_books: MakeBooks, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A firm in which nobody works yet."""
    make_books("sqlite", folder)
    monkeypatch.setenv("BAILEE_POLICY", str(folder))
    monkeypatch.delenv("BAILEE_TOKEN", raising=False)
    return folder


def staff(*arguments: str) -> int:
    return run(["staff", *arguments])


def test_the_first_is_an_administrator_and_adds_the_others(context: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert staff("add", GRACE, "--name", "Grace", "--role", "officer") == 2
    assert staff("add", ADA, "--name", "Ada", "--role", "administrator") == 0
    assert staff("add", GRACE, "--name", "Grace", "--role", "officer") == 6
    assert staff("add", GRACE, "--name", "Grace", "--role", "officer", "--as", ADA, "--vetted-on", "2026-01-05") == 0
    assert staff("add", GRACE.upper(), "--name", "Grace", "--role", "officer", "--as", ADA) == 2
    capsys.readouterr()
    assert staff("list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    told = {one["email"]: (one["role"], one["vetted_on"]) for one in listed}
    assert told == {ADA: ("administrator", None), GRACE: ("officer", "2026-01-05")}


def test_a_token_says_who_acts(
    context: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    staff("add", ADA, "--name", "Ada", "--role", "administrator")
    capsys.readouterr()
    assert staff("token", ADA, "--scope", "admin") == 0
    monkeypatch.setenv("BAILEE_TOKEN", capsys.readouterr().out.strip())
    assert staff("add", GRACE, "--name", "Grace", "--role", "officer") == 0
    assert staff("leave", GRACE) == 0
    assert staff("leave", GRACE) == 2
    assert staff("leave", ADA) == 2
    monkeypatch.setenv("BAILEE_TOKEN", "bailee_wrong")
    assert staff("add", GRACE, "--name", "Grace", "--role", "officer") == 2
    assert "the token is not valid" in capsys.readouterr().err


def test_who_has_left_comes_back_in_another_role(context: Path, capsys: pytest.CaptureFixture[str]) -> None:
    staff("add", ADA, "--name", "Ada", "--role", "administrator")
    staff("add", GRACE, "--name", "Grace", "--role", "support", "--as", ADA)
    staff("leave", GRACE, "--as", ADA)
    assert staff("token", GRACE) == 2
    assert staff("add", GRACE, "--name", "Grace", "--role", "controller", "--as", ADA) == 0
    capsys.readouterr()
    staff("list", "--left", "--json")
    roles = [one["role"] for one in json.loads(capsys.readouterr().out) if one["email"] == GRACE]
    assert sorted(roles) == ["controller", "support"]


@pytest.mark.parametrize(
    "wrong",
    [
        ("add", "no address", "--name", "X", "--role", "administrator"),
        ("add", ADA, "--name", " ", "--role", "administrator"),
        ("add", ADA, "--name", "X", "--role", "king"),
        ("token", ADA),
        ("token", ADA, "--scope", "everything"),
        ("token", ADA, "--days", "1000"),
        ("leave", ADA, "--as", ADA),
    ],
)
def test_what_cannot_be_is_said(context: Path, wrong: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert staff(*wrong) in {2, 6}
    error = capsys.readouterr().err
    assert "hint:" in error
    assert ADA not in error


def test_names_and_addresses_of_staff_stand_nowhere_unsealed(context: Path) -> None:
    staff("add", ADA, "--name", "Ada Nwosu", "--role", "administrator")
    stolen = b"".join(path.read_bytes() for path in (context / "books").rglob("*") if path.is_file())
    assert b"ada@firm" not in stolen
    assert b"Nwosu" not in stolen
