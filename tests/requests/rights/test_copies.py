"""Copies and what a person takes along: packed, sealed, fetched, and gone a day later."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bailee.engine.plans import NotAllowed
from bailee.vault import InvalidVaultSealError
from tests.harm.firm import MARKER
from tests.requests.rights.people import PHONE, World, letters, text_of


def packed(world: World, right: str = "copy") -> tuple[Any, Any]:
    from bailee.requests.copy_packages import pack_copy

    request = world.request(right)
    with world.systems(world.context) as systems:
        return request, pack_copy(world.context, systems, request)


def test_a_copy_lies_sealed_is_fetched_and_gone_a_day_later(world: World) -> None:
    from bailee.requests.copy_packages import fetch_copy, pack_copy

    request, parcel = packed(world)
    assert (request.status, request.outcome, letters(request)) == ("closed", "done", ["download_ready"])
    folder = world.context.books / "parcels"
    (path,) = folder.iterdir()
    assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert MARKER.encode() not in path.read_bytes()
    with world.systems(world.context) as systems:
        assert pack_copy(world.context, systems, request) == parcel  # a worker that comes again makes no other
    got = io.BytesIO()
    fetch_copy(world.context, parcel, got.write)
    with zipfile.ZipFile(got) as zipped:
        assert {"index.html", "data/shop/person.json"} <= {*zipped.namelist()}
        assert MARKER in zipped.read("data/shop/person.json").decode()
        assert request.reference in zipped.read("bag-info.txt").decode()
    assert MARKER.encode() not in path.read_bytes()
    work(world, request, parcel, hours=24)
    assert list(folder.iterdir()) == []
    with pytest.raises(NotAllowed, match="the parcel is gone"):
        fetch_copy(world.context, parcel, got.write)


def hours_on(world: World, hours: float) -> Any:
    """Return the context of a visitor, so much later."""
    return world.context.at(world.context.now + timedelta(hours=hours))


def work(world: World, request: Any, parcel: Any, *, hours: float) -> None:
    """Let a worker do what is due about ``parcel``; it must be due by then, and before."""
    from bailee.requests.jobs import REQUEST_JOBS
    from bailee.store.models import Due

    job = next(one for one in REQUEST_JOBS if one.kind == "destroy")
    due = Due.objects.get(kind=job.kind, about=parcel.id, done_at=None)
    assert due.at == hours_on(world, hours).now
    lease: Any = None
    job.do(hours_on(world, hours - 0.01), parcel.id, lease)
    parcel.refresh_from_db()
    assert parcel.gone_at is None
    job.do(hours_on(world, hours), parcel.id, lease)
    parcel.refresh_from_db()
    request.refresh_from_db()
    assert parcel.gone_at is not None


def test_a_download_that_broke_off_late_is_fetched_again_for_a_day_after_the_first(world: World) -> None:
    """The server had all of it, and the person had not: nobody here can tell."""
    from bailee.requests.copy_packages import REFETCH_TIME, fetch_copy
    from bailee.requests.parcels import name_key

    assert timedelta(hours=24) == REFETCH_TIME  # as letters and pages say
    request, parcel = packed(world)
    for hours in (1, 20, 24.9):
        got = io.BytesIO()
        parcel.refresh_from_db()
        fetch_copy(hours_on(world, hours), parcel, got.write)
        assert zipfile.is_zipfile(got)
    parcel.refresh_from_db()
    assert parcel.expires_at == hours_on(world, 25).now  # the first counts: it stays no longer for the others
    with pytest.raises(NotAllowed, match="the parcel is gone"):
        fetch_copy(hours_on(world, 25), parcel, print)
    work(world, request, parcel, hours=25)
    assert list((world.context.books / "parcels").iterdir()) == []
    assert name_key(parcel.id) not in {*world.context.vault.places.names()}


def test_a_download_that_the_server_sees_break_off_counts_for_nothing(world: World) -> None:
    from bailee.requests.copy_packages import stream_copy

    _, parcel = packed(world)
    until = parcel.expires_at
    taken = stream_copy(world.context, parcel)
    assert next(taken)
    taken.close()  # type: ignore[attr-defined] # a generator
    parcel.refresh_from_db()
    assert (parcel.fetched_at, parcel.gone_at, parcel.expires_at) == (None, None, until)


def test_no_copy_stays_longer_since_it_was_fetched(world: World) -> None:
    from bailee.requests.copy_packages import EXPIRES, destroy_unfetched, fetch_copy

    _, parcel = packed(world)
    fetch_copy(world.by("worker", days=29.5).by(""), parcel, lambda _piece: None)
    parcel.refresh_from_db()
    assert parcel.expires_at == parcel.made_at + EXPIRES
    assert destroy_unfetched(world.by("worker", days=30)) == 1


def test_a_copy_that_waits_outlives_a_new_epoch_of_the_master_key(world: World) -> None:
    from bailee.requests.copy_packages import fetch_copy
    from bailee.store import recovery

    _, parcel = packed(world)
    assert recovery.rotate_master(world.context.store) == (2, 0, True)
    got = io.BytesIO()
    fetch_copy(world.context, parcel, got.write)
    assert zipfile.is_zipfile(got)


def test_what_is_left_out_of_a_copy_is_told_with_its_reason(world: World) -> None:
    request, _ = packed(world)
    said = text_of(world.context, request, "download_ready")
    assert "values of other people" in said
    assert "Information Commissioner" in said


def test_a_parcel_that_nobody_fetches_expires(world: World) -> None:
    from bailee.requests.copy_packages import destroy_unfetched, fetch_copy

    _, parcel = packed(world)
    assert destroy_unfetched(world.by("worker", days=29)) == 0
    with pytest.raises(NotAllowed, match="the parcel is gone"):
        fetch_copy(world.by("worker", days=30), parcel, print)
    assert destroy_unfetched(world.by("worker", days=30)) == 1
    assert list((world.context.books / "parcels").iterdir()) == []


def test_what_a_dead_worker_left_goes(world: World) -> None:
    from bailee.requests.copy_packages import destroy_unfetched
    from bailee.requests.parcels import name_key, seal_file

    _, parcel = packed(world)
    folder, lost, vault = world.context.books / "parcels", "0123456789abcdef", world.context.vault
    bench = folder / f"{lost}.packing"
    bench.mkdir()
    (bench / "copy.zip").write_text(MARKER)
    seal_file(vault, lost, bench / "copy.zip", folder / f"{lost}.sealed")
    began = datetime.fromtimestamp(bench.stat().st_mtime, UTC)
    parcel.expires_at = began + timedelta(days=30)  # files know but the real time
    parcel.save()
    for hours, left in ((23, 3), (25, 1)):
        destroy_unfetched(world.context.at(began + timedelta(hours=hours)))
        assert len(list(folder.iterdir())) == left
    assert name_key(lost) not in {*vault.places.names()}


def test_a_parcel_that_was_tampered_with_does_not_open(world: World) -> None:
    from bailee.requests import parcels
    from bailee.requests.parcels import MARK, open_parcel

    _, parcel = packed(world)
    path = world.context.books / parcel.path
    plain = world.context.books / "plain"
    plain.write_bytes(bytes(range(256)) * 1024)  # four pieces
    parcels.seal_file(world.context.vault, parcel.id, plain, path)
    assert b"".join(open_parcel(world.context, parcel)) == plain.read_bytes()
    whole = path.read_bytes()
    piece = (len(whole) - len(MARK)) // 4
    one, two, *rest = [whole[len(MARK) + n * piece :][:piece] for n in range(4)]
    for damaged in (
        whole[:-1],
        whole[:-piece],
        b"".join((MARK, two, one, *rest)),
        b"".join((MARK, one, two, two, *rest)),
        b"".join((MARK, two, *rest)),
        whole + one,
        MARK,
        whole[:100] + bytes([whole[100] ^ 1]) + whole[101:],
    ):
        path.write_bytes(damaged)
        with pytest.raises(InvalidVaultSealError):
            list(open_parcel(world.context, parcel))


def test_staff_fetch_a_parcel_for_a_reason_that_is_recorded(world: World) -> None:
    from bailee.requests.copy_packages import fetch_copy
    from bailee.store.access_log import Reason
    from bailee.store.models import Reading

    _, parcel = packed(world)
    got = io.BytesIO()
    with pytest.raises(NotAllowed, match="may not fetch"):
        fetch_copy(world.by("support"), parcel, got.write, reason=Reason.CONTACT)
    with pytest.raises(NotAllowed, match="needs a reason"):
        fetch_copy(world.by("officer"), parcel, got.write)
    fetch_copy(world.by("officer"), parcel, got.write, reason=Reason.CONTACT)
    assert zipfile.is_zipfile(got)
    assert {*Reading.objects.values_list("staff_id", "what")} == {(world.staff["officer"], "parcel")}
    fetch_copy(world.context, parcel, got.write)  # it stays hers to fetch


def test_what_goes_along_is_what_she_provided_as_json_and_csv(world: World) -> None:
    from bailee.requests.copy_packages import fetch_copy

    path = world.firm.folder / "systems/shop.yaml"
    path.write_text(path.read_text().replace("  person:\n", "  person:\n    portable: contract\n"))
    _, parcel = packed(world, "portability")
    got = io.BytesIO()
    fetch_copy(world.context, parcel, got.write)
    with zipfile.ZipFile(got) as zipped:
        data = {name for name in zipped.namelist() if name.startswith("data/")}
        assert data == {"data/shop/person.json", "data/shop/person.csv"}
        assert not {name for name in zipped.namelist() if name.endswith((".html", ".css"))}


def test_a_copy_waits_for_somebody_to_look_where_rows_are_to_be_confirmed(world: World) -> None:
    from bailee.requests.copy_packages import pack_copy
    from bailee.requests.request_plans import plan_request
    from bailee.store.models import Due

    request = world.request("copy", identities=(PHONE,))  # a number alone is no proof
    with world.systems(world.context) as systems:
        for _ in range(2):
            assert pack_copy(world.context, systems, request) is None
        assert list(request.events.values_list("kind", flat=True)) == ["rows_to_confirm"]
        plan_request(world.by("support"), systems, request)
        assert Due.objects.get(kind="package").about == request.id
        assert pack_copy(world.context, systems, request) is not None
    assert "1 record that may be yours" in text_of(world.context, request, "download_ready")


def test_a_copy_waits_while_the_person_is_asked_what_they_mean(world: World) -> None:
    from bailee.requests.clocks import ask_clarification, note_clarified
    from bailee.requests.copy_packages import pack_copy
    from bailee.store.models import Due

    request = world.request("copy")
    ask_clarification(world.by("support"), request, "All years, or the last one?")
    with world.systems(world.context) as systems:
        assert pack_copy(world.context, systems, request) is None
        note_clarified(world.by("support", days=1), request)
        assert Due.objects.filter(kind="plan", about=request.id, done_at=None).exists()
        assert pack_copy(world.by("worker", days=1), systems, request) is not None
    assert request.outcome == "done"
