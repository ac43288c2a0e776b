"""`docs/asvs.md` claims nothing that no test holds: each *met* names one. Some of what it claims is held here."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from django.contrib.auth.hashers import ScryptPasswordHasher

import bailee
from bailee.store import open_books, settings
from bailee.web import answers, server
from tests.docs.pages import ROOT, read, tables

ROWS = [(table.head[0] or "", row) for table in tables(read("asvs.md")) for row in table.rows]
SOURCE = Path(bailee.__file__).parent
NAMED = re.compile(r"`(test_\w+)`")


def names_there() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for path in files for name in re.findall(r"^\s*def (test_\w+)\(", path.read_text(), re.MULTILINE)}


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    return [
        (str(path.relative_to(SOURCE)), node)
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
    ]


def imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level:
        return {(node.module or "").partition(".")[0]}
    return set()


def test_each_met_names_a_test_that_is_there() -> None:
    assert len(ROWS) > 100
    there = names_there()
    met = [row for _, row in ROWS if row[1].startswith("met")]
    assert len(met) > 50
    assert [row[0] for row in met if not NAMED.search(row[2])] == []
    assert {name for _, row in ROWS for name in NAMED.findall(row[2])} <= there


def test_what_no_test_holds_is_not_called_met() -> None:
    words = ("met", "built so", "firm", "n/a", "not met", "**not met", "**in part**")
    assert [row for _, row in ROWS if not row[1].startswith(words)] == []


def test_the_source_runs_no_shell_no_text_and_no_pickle() -> None:
    """ASVS 1.2.5, 1.3.2, 1.5."""
    banned, calls = {"pickle", "marshal", "shelve", "xml", "lxml", "dill"}, {"eval", "exec", "compile", "__import__"}
    found = []
    for where, node in nodes():
        if imported(node) & banned:
            found.append((where, "import"))
        if isinstance(node, ast.Call):
            name = node.func
            if isinstance(name, ast.Name) and name.id in calls:
                found.append((where, name.id))
            if isinstance(name, ast.Attribute) and ast.unparse(name) in {"os.system", "os.popen"}:
                found.append((where, name.attr))
            if any(key.arg == "shell" for key in node.keywords):
                found.append((where, "shell"))
    assert found == []


def test_nothing_is_marked_safe_but_what_we_have_made() -> None:
    """ASVS 1.2.1: everything else that a template prints is escaped."""
    templates = {
        (path.name, found)
        for path in SOURCE.rglob("*.html")
        for found in re.findall(r"\{\{ ?([\w.]+)\|safe", path.read_text())
        + re.findall(r"autoescape off", path.read_text())
    }
    assert templates == {
        ("notice.html", "page.lede"),
        ("notice.html", "part.heading"),
        ("notice.html", "part.body"),
        ("activate_form.html", "totp_svg"),
    }
    assert {where for where, node in nodes() if isinstance(node, ast.Name) and node.id == "mark_safe"} == {
        "web/public/verification.py"
    }


def test_our_scripts_write_no_markup_but_what_we_have_made() -> None:
    """ASVS 3.2.2."""
    scripts = [path for path in SOURCE.rglob("*.js") if "htmx" not in path.name]
    assert scripts
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    assert [path.name for path in scripts if markup.search(path.read_text())] == []


def test_what_nobody_may_guess_is_made_by_secrets() -> None:
    """ASVS 11.5.1: `random` makes the demo's people, and the wait before another try."""
    users = {where for where, node in nodes() if "random" in imported(node)}
    assert {Path(where).name for where in users if not where.startswith("demo/")} == {"failures.py"}


def test_a_stored_password_costs_what_the_page_says() -> None:
    """ASVS 11.4.2."""
    (hasher,) = settings.PASSWORD_HASHERS
    assert hasher.endswith(".ScryptPasswordHasher")
    made = ScryptPasswordHasher()
    cost = (made.work_factor, made.block_size, made.parallelism)
    (words,) = [row[2] for _, row in ROWS if row[0] == "11.4.2"]
    said = re.search(r"N = 2\^(\d+), r = (\d+), p = (\d+)", words)
    assert said is not None
    assert cost == (2 ** int(said[1]), int(said[2]), int(said[3]))


def test_the_pages_name_the_limits_that_the_code_has(tmp_path: Path) -> None:
    """ASVS 15.1.3: what takes much, and what keeps it from taking all, is written down, with no number of before."""
    met = next(row[2] for _, row in ROWS if row[0] == "15.1.3, 15.2.2")
    assert f"of {server.THREADS} at most {server.WAITING} wait for a system" in met
    assert f"at most {answers.AT_ONCE} searches run at once" in met
    said = {row[0]: row[1] for table in tables(read("running.md")) for row in table.rows if len(row) == 2}
    assert answers.WAITS == 10
    wait = said["calls that wait for a system"]
    assert wait.startswith(f"at most {server.WAITING} at once, ten seconds each;")
    assert server.THREADS - server.WAITING == 4
    assert "Four threads are left for pages" in wait
    assert f"at most {server.BODY // 2**20} MiB" in said["a body"]
    assert said["the head of a request"] == f"at most {server.HEAD // 2**10} KiB"
    assert said["a request"].count(f"within {server.ARRIVES:.0f} seconds") == 2
    slow = said["an answer that is read slowly"]
    assert slow.startswith(f"{server.AHEAD // 2**10} KiB are made before they are read")
    assert server.IDLE == 60
    assert "Where nothing is read for a minute" in slow
    from_one = f"{server.PER_ADDRESS} from one address or one IPv6 network of 64 bits"
    assert f"at most {server.CONNECTIONS:,}, and {from_one}" in said["connections"]
    open_books(f"sqlite:///{tmp_path / 'books'}", migrate=False)  # models want Django to be set up
    from bailee.web.pages import form_limits

    forms, sessions = form_limits.FORMS, form_limits.SESSIONS
    assert (forms.seconds, sessions.seconds) == (60, 600)
    assert (
        f"{forms.calls} a minute and {sessions.calls} new sessions in ten minutes"
        in (said["forms, without a session of staff"])
    )
