"""``bailee notice coverage`` and ``build``: what they print, how they end, and what they leave alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Bailee


def add(firm: Path, words: str) -> None:
    with (firm / "notice.md").open("a") as page:
        page.write(f"\n{words}\n")


def test_the_demos_notice_is_covered(bailee: Bailee) -> None:
    said = bailee("notice", "coverage")
    assert said.code == 0
    assert re.fullmatch(r"\d+ sentences: \d+ bound, \d+ plain, 0 loose; 100% are covered\n", said.out)


def test_a_loose_sentence_fails_a_build_and_says_where_it_stands(firm: Path, bailee: Bailee) -> None:
    add(firm, "We normally answer the telephone.")
    line = len((firm / "notice.md").read_text().splitlines())
    said = bailee("notice", "coverage")
    assert said.code == 1
    assert f"  notice.md:{line}:1  We normally answer the telephone.\n" in said.out
    assert f'notice.md:{line}:1  N103 "normally" is said without a number\n  hint: give the number' in said.out


def test_a_program_reads_the_same(firm: Path, bailee: Bailee) -> None:
    add(firm, "We normally answer the telephone.")
    said = bailee("notice", "coverage", "--json").json
    assert said["sentences"] == said["bound"] + said["plain"] + said["loose"]
    assert (said["loose"], said["percent"]) == (1, 97)
    assert [each["words"] for each in said["loose_sentences"]] == ["We normally answer the telephone."]
    assert [(each["code"], each["file"]) for each in said["lints"]] == [("N103", "notice.md")]


@pytest.mark.parametrize("command", [["coverage"], ["build", "-o", "page"]])
def test_without_a_notice_there_is_nothing_to_do(command: list[str], firm: Path, bailee: Bailee) -> None:
    (firm / "notice.md").unlink()
    said = bailee("notice", *command)
    assert said.code == 7
    assert "error no_notice: the policy has no notice.md" in said.err
    assert "bailee notice import FILE" in said.err


def test_a_span_bound_to_nothing_is_a_mistake_of_the_policy(firm: Path, bailee: Bailee) -> None:
    add(firm, "[We sell nothing.]{promise=not-slod}")
    said = bailee("notice", "coverage")
    assert said.code == 3
    assert 'P214 this is bound to no promise: "not-slod" (did you mean "not-sold"?)' in said.err


def test_the_page_is_built_anew_in_its_place_and_strangers_stay(bailee: Bailee, tmp_path: Path) -> None:
    out = tmp_path / "page"
    out.mkdir()
    (out / "logo.svg").write_text("theirs")
    for _ in range(2):
        said = bailee("notice", "build", "-o", str(out))
        assert said.code == 0
        assert re.fullmatch(r".*/page/index\.html: 34 promises: \d+ kept, \d+ broken, \d+ unknown\n", said.out)
    assert sorted(path.name for path in out.iterdir()) == ["bailee.css", "index.html", "logo.svg"]
    assert (out / "index.html").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["index.html", "bailee.css"])
def test_what_no_build_wrote_is_not_overwritten(name: str, bailee: Bailee, tmp_path: Path) -> None:
    (tmp_path / name).write_text("<title>Our shop</title>")
    said = bailee("notice", "build", "-o", str(tmp_path))
    assert said.code == 7
    assert f"{name} is somebody else's, and stays as it is" in said.err
    assert (tmp_path / name).read_text() == "<title>Our shop</title>"


def test_a_link_is_not_followed(bailee: Bailee, tmp_path: Path) -> None:
    (tmp_path / "index.html").symlink_to(tmp_path / "elsewhere.html")
    assert bailee("notice", "build", "-o", str(tmp_path)).code == 7


def test_a_folder_that_cannot_be_written_is_said_to_be_so(bailee: Bailee, tmp_path: Path) -> None:
    (tmp_path / "page").write_text("a file")
    said = bailee("notice", "build", "-o", str(tmp_path / "page"))
    assert said.code == 7
    assert said.err.startswith("error page: ")
