"""``bailee demo`` does the main job, and what it says to try works."""

from __future__ import annotations

import contextlib
import email
import email.policy
import io
import re
import shlex
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bailee.cli.app import run
from bailee.demo import build
from bailee.engine.checking import public_pages, read_history
from bailee.policy import load
from bailee.requests.startup import open_context


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def said(place: Path) -> str:
    """What the demo said, run where one of yesterday stands already; the folder is left as it ended."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    build(place / "bailee-demo", today=yesterday)
    with open_context(place / "bailee-demo") as context:
        from bailee.store import staff
        from bailee.store.models import Role

        staff.add_staff(context, "old@firm.example", "Of yesterday", Role.ADMINISTRATOR)
    with contextlib.chdir(place), contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(["demo"]) == 0
    return out.getvalue()


def test_it_finds_copies_plans_and_erases(said: str, place: Path) -> None:
    asked = [shlex.split(line)[2:] for line in said.splitlines() if line.startswith("$ ")]
    assert [words[0] for words in asked] == ["find", "copy", "plan", "apply", "check", "notice"]
    assert "143 rows in 3 systems" in said
    assert "residual: looked again, and nothing that is theirs by the map is left but what a hold keeps" in said
    assert (place / "bailee-demo" / "alice.zip").exists()


def test_it_shows_lights_of_all_three_colours_and_where_the_notice_is(said: str, place: Path) -> None:
    for light in ("✓ kept    passwords", "✗ broken  call records", "? unknown staff"):
        assert f"\n{light}" in said
    assert (place / "bailee-demo" / "notice" / "index.html").exists()


def test_its_books_have_requests_in_every_state_and_staff_in_every_role(said: str, place: Path) -> None:
    with open_context(place / "bailee-demo") as context:
        from bailee.requests.approval import is_too_old
        from bailee.store.models import (
            Invitation,
            Message,
            Outcome,
            Plan,
            PlanState,
            Request,
            Right,
            Role,
            Staff,
            Status,
        )

        asked = Request.objects.all()
        assert {one.status for one in asked} == set(Status) - {Status.ACTING}  # which lasts a second
        assert {one.outcome for one in asked} - {""} == set(Outcome) - {Outcome.PARTLY}
        assert {one.right for one in asked} == set(Right)
        without_code = asked.filter(proofs__method="on file")  # addresses that have stood, as `changed` says
        assert {one.right for one in without_code} == {"copy", "portability"}
        assert {link.proven_at is None for one in without_code for link in one.proofs.all()} == {True, False}
        assert not without_code.filter(messages__template="identity").exists()
        assert asked.filter(right="copy", proofs__method="code").exists()  # and others need the code still
        waiting = Plan.objects.filter(state=PlanState.PROPOSED)
        assert {is_too_old(context, plan) for plan in waiting} == {True, False}  # to plan anew, and to approve
        assert Message.objects.filter(state="to_print").exists()
        assert not Message.objects.filter(state="queued").exists()
        assert {one.role for one in Staff.objects.all()} == set(Role)
        assert Invitation.objects.count() == len(Role)
        from bailee.requests.unsubscriptions import build_unsubscribe_link
        from bailee.store.admission import find_invitation

        letters = list((context.folder / "outbox").glob("*.eml"))
        assert len(letters) == Message.objects.filter(channel="mail", state="sent").count()
        assert f"letters land in {Path('bailee-demo') / 'outbox'}" in said
        assert build_unsubscribe_link(context, "erin.walsh@letterbox.example").startswith("http://localhost:")

        links = [line.rpartition("/sign-in/begin/")[2].rstrip("/") for line in said.splitlines() if "/begin/" in line]
        assert all(find_invitation(context, link) for link in links)
        assert len(links) == len(Role)


def test_the_notice_and_the_console_say_since_when_alike(said: str, place: Path) -> None:
    with open_context(place / "bailee-demo") as context:
        notice = public_pages.read_evidence(
            context.store, public_pages.read_policy(context.folder).promises, context.now
        )
        assert {name: one.since for name, one in notice.items()} == {
            name: one.since for name, one in read_history(context.store, context.now).items()
        }
        assert min(one.since for one in notice.values()) < context.now - timedelta(days=80)


def first_page(package: bytes) -> str:
    """Return ``index.html`` of a copy as a reader sees it: without marks, a space where they were."""
    with zipfile.ZipFile(io.BytesIO(package)) as inside:
        name = next(name for name in inside.namelist() if name.endswith("index.html"))
        text = re.sub(r"<[^>]+>", " ", inside.read(name).decode())
    return " ".join(text.replace("&amp;", "&").split())


def of_a_worker(folder: Path) -> bytes:
    """Return a copy that a worker packed and nobody has fetched, as staff fetch it for its person."""
    with open_context(folder) as context:
        from bailee.requests import copy_packages
        from bailee.store.access_log import Reason
        from bailee.store.models import Parcel, Role, Staff

        officer = Staff.objects.filter(role=Role.OFFICER).order_by("joined_at", "id")[0]
        parcel = Parcel.objects.filter(kind="copy", gone_at=None).order_by("made_at")[0]
        return b"".join(copy_packages.stream_copy(context.by(officer.id), parcel, reason=Reason.REQUEST))


def by_the_portal(folder: Path) -> bytes:
    """Return a copy that its person fetches by the one-time link of their letter, at the portal's pages."""
    from werkzeug.test import Client

    from bailee.web.wsgi import make_application

    letters = (path.read_bytes() for path in sorted((folder / "outbox").glob("*.eml")))
    read = [email.message_from_bytes(one, policy=email.policy.default) for one in letters]
    parts = [part.get_content() for one in read for part in one.walk() if part.get_content_type() == "text/plain"]
    with open_context(folder) as context:
        from bailee.store.models import Parcel

        parcel = Parcel.objects.filter(kind="copy", gone_at=None).order_by("made_at")[0]
        reference = parcel.request.reference
        link = next(found[0] for text in parts if (found := re.search(rf"/copy/{reference}/[\w-]+", text)))
        browser = Client(make_application(context))

        def press(path: str, page: str) -> bytes:
            shown = browser.get(page).get_data(as_text=True)
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', shown))
            return browser.post(path, data=hidden).get_data()

        press(link, link)
        return press(f"/request/{reference}/parcels/{parcel.id}", f"/request/{reference}")


@pytest.mark.parametrize("path", ["the command line", "a worker", "the portal"])
def test_a_copy_says_of_interests_what_the_notice_says_and_of_hosts_what_the_policy_says(
    said: str, place: Path, path: str
) -> None:
    folder = place / "bailee-demo"
    made = {"the command line": lambda f: (f / "alice.zip").read_bytes(), "a worker": of_a_worker}
    page = first_page(made.get(path, by_the_portal)(folder))
    named = [s.words for s in load(folder).notice.sentences if "legitimate interest" in s.words]  # type: ignore[union-attr]
    assert len(named) == 1
    assert named[0] in page
    assert "names no legitimate interest" not in page
    assert "Ireland Anna Livia Hosting where the law finds data well protected" in page
    assert "New Zealand SMTP2GO where the law finds data well protected" in page


def test_what_to_try_next_works(
    said: str, place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    after = said.partition("what to try next:")[2].partition("for its pages,")[0]
    commands = [shlex.split(line)[1:] for line in after.splitlines() if line and not line.startswith("#")]
    assert len(commands) >= 8
    for arguments in commands:
        assert run(arguments) in {0, 1}
        assert capsys.readouterr().out


def test_a_folder_of_somebody_elses_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("mine")
    assert run(["demo", str(tmp_path)]) == 7
    assert "is not empty and holds no demo" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_cannot_be_made_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "/dev/null/firm"]) == 7
    assert capsys.readouterr().err.startswith("error demo: the demo cannot be written: Not a directory\n")
