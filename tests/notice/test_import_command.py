"""``bailee notice import`` as a firm runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bailee.cli.app import run
from bailee.policy import load

NOTICE = """\
PRIVACY NOTICE

We never sell your data, and it goes to nobody else unless you have agreed. What do we keep?

1. not a [span]{x} and no {{ figure }} but *stars* and <b>tags</b>
- Call records: kept for six years.

Call us.
"""

Said = tuple[int, str, str]
Command = Callable[..., Said]


@pytest.fixture
def bailee(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in an empty folder with the notice in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notice.txt").write_text(NOTICE)

    def command(*arguments: str) -> Said:
        capsys.readouterr()
        code = run(["notice", "import", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_each_sentence_has_its_promise_or_plain_and_a_reason(bailee: Command) -> None:
    code, out, err = bailee("notice.txt")
    assert (code, err) == (0, "")
    assert out.startswith("6 sentences: 2 bound to 3 promises, 4 plain\n")
    assert "notice.txt:3  third-party-authorised and not-sold  (" in out
    assert "  says that nobody else gets the data unless the person has agreed: “" in out
    assert out.endswith("to start from these words: bailee notice import notice.txt -o notice.md\n")


def test_a_program_gets_one_object_a_sentence(bailee: Command) -> None:
    code, out, _ = bailee("notice.txt", "--json")
    found = json.loads(out)
    assert code == 0
    assert len(found) == 6 == out.count('{"sentence"')
    assert {"sentence", "promise", "plain", "reason", "confidence", "line"} <= set(found[0])
    assert [(one["promise"], one["plain"]) for one in found] == [
        (None, True), ("third-party-authorised", False), (None, True), (None, True), ("calls-kept-for", False),
        (None, True),
    ]  # fmt: skip


def test_what_is_written_is_a_policy_with_the_same_words(bailee: Command, tmp_path: Path) -> None:
    firm = tmp_path / "firm"
    (firm / "systems").mkdir(parents=True)
    (firm / "bailee.yaml").write_text("firm: Acme\n")
    (firm / "systems" / "phones.yaml").write_text("system: phones\nconnector: sql\nurl: env:PHONES\n")
    code, out, _ = bailee("notice.txt", "-o", str(firm / "notice.md"), "--policy", str(firm))
    assert code == 0
    assert "then: bailee notice coverage\n" in out
    policy = load(firm)
    assert policy.notice is not None
    assert [(s.words, set(s.promises), s.plain) for s in policy.notice.sentences] == [
        (
            "We never sell your data, and it goes to nobody else unless you have agreed.",
            {"not-sold", "third-party-authorised"},
            False,
        ),
        ("What do we keep?", set(), True),
        ("not a [span]{x} and no {{ figure }} but *stars* and <b>tags</b>", set(), True),
        ("Call records: kept for six years.", {"calls-kept-for-p6y"}, False),
        ("Call us.", set(), True),
    ]
    assert policy.promises["calls-kept-for-p6y"].promise == "calls-kept-for"
    assert "# how long, in the words: P6Y\n" in (firm / "promises.yaml").read_text()


def test_no_file_is_overwritten(bailee: Command, tmp_path: Path) -> None:
    (tmp_path / "notice.md").write_text("mine")
    code, _, err = bailee("notice.txt", "-o", "notice.md")
    assert code == 7
    assert "notice.md is there already\n  hint: move it away, or give another name" in err
    assert (tmp_path / "notice.md").read_text() == "mine"
    assert not (tmp_path / "promises.yaml").exists()


def test_promises_that_are_there_stay_and_the_new_ones_are_put_beside_them(bailee: Command, tmp_path: Path) -> None:
    (tmp_path / "promises.yaml").write_text("# mine\n")
    code, out, _ = bailee("notice.txt", "-o", "notice.md")
    assert code == 0
    assert "there is a promises.yaml already: copy into it what is new in promises.proposed.yaml" in out
    assert (tmp_path / "promises.yaml").read_text() == "# mine\n"
    assert "not-sold:\n" in (tmp_path / "promises.proposed.yaml").read_text()


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"\0\1\2", "N202"), (b"x " * 5_000_000, "N201"), (b"", "N203")],
    ids=["binary", "huge", "empty"],
)
def test_a_file_that_is_no_notice_is_refused(bailee: Command, tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "odd").write_bytes(content)
    exit_code, out, err = bailee("odd")
    assert (exit_code, out) == (7, "")
    assert err.startswith(f"error {code}: odd: ")
    assert "hint: " in err


def test_a_file_that_is_not_there_is_said_to_be_so(bailee: Command) -> None:
    code, _, err = bailee("nowhere.txt")
    assert code == 7
    assert "nowhere.txt cannot be read: No such file or directory" in err


def test_names_of_the_register_are_known_in_every_spelling(bailee: Command, tmp_path: Path) -> None:
    (tmp_path / "bailee.yaml").write_text("firm: Acme\n")
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "phones.yaml").write_text("system: phones\nconnector: sql\nurl: env:PHONES\n")
    (tmp_path / "processors.yaml").write_text(
        "mails:\n  name: the mail people\n  also: [mailpeeps]\n  country: NZ\n  purpose: mail\n"
        "  transfer: {mechanism: adequacy}\n"
    )
    (tmp_path / "notice.txt").write_text("Our letters are sent by mailpeeps.\n")
    _, out, err = bailee("notice.txt", "--json")
    assert err == ""
    assert json.loads(out)[0]["names"] == ["mailpeeps"]
    assert json.loads(out)[0]["promise"] == "processors-named"


def test_a_policy_with_mistakes_is_no_hindrance(bailee: Command, tmp_path: Path) -> None:
    (tmp_path / "bailee.yaml").write_text("frim: Acme\n")
    code, _, err = bailee("notice.txt")
    assert code == 0
    assert "warning: the policy has mistakes, so its register of third parties was not looked at" in err


def test_the_example_of_the_docs_is_what_is_said(bailee: Command, tmp_path: Path) -> None:
    docs = Path(__file__).parents[2] / "docs" / "notice.md"
    example = docs.read_text().partition("$ cat old-notice.txt\n")[2].partition("```")[0]
    words, _, said = example.partition("$ bailee notice import old-notice.txt\n")
    (tmp_path / "old-notice.txt").write_text(words)
    assert bailee("old-notice.txt") == (0, said, "")
