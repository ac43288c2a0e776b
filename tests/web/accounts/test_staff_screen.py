"""Staff come and leave by the hand of an administrator, who first shows once more that it is they."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from bailee.store import staff
from bailee.store.models import Invitation, Role, Staff, StaffChange
from tests.api.live import Served
from tests.web.accounts.coming_in import PASSWORD, code, enrol, secret_of, try_password
from tests.web.visitor import Visitor, visitor, words


@pytest.fixture
def administrator(live: Served) -> Visitor:
    """Signed in a while ago."""
    came, _ = enrol(live, Role.ADMINISTRATOR)
    live.clock.forward(minutes=10)
    return came


def again(came: Visitor, back: str) -> None:
    assert came.post("/sign-in/again/", {"password": PASSWORD, "next": back}).location == back


def test_the_list_says_whose_background_check_is_due(live: Served, administrator: Visitor) -> None:
    context = live.as_of(Role.ADMINISTRATOR)
    ids = {role: member.id for role, member in live.staff.items()}
    staff.note_vetted(context, ids[Role.OFFICER], context.today - timedelta(days=30))
    staff.note_vetted(context, ids[Role.AUDITOR], context.today - timedelta(days=4 * 365))
    shown = administrator.get("/console/staff/")
    rows = {row.split("@")[0]: row for row in re.findall(r"<tr>.*?</tr>", shown.get_data(as_text=True))}
    due = {name for name, row in rows.items() if ">due<" in row}
    assert any(ids[Role.AUDITOR] in row for row in due)
    assert not any(ids[Role.OFFICER] in row for row in due)
    assert "background checks are due" in words(shown)


def test_somebody_is_added_and_comes_in_on_the_link_that_is_shown_once(live: Served, administrator: Visitor) -> None:
    assert administrator.get("/console/staff/add/").location == "/sign-in/again/?next=%2Fconsole%2Fstaff%2Fadd%2F"
    again(administrator, "/console/staff/add/")
    form = {"name": "Noor Haddad", "email": f"noor{live.clock.now:%d%H}@firm.example", "role": "support"}
    shown = administrator.post("/console/staff/add/", form)
    assert "Hand this link to Noor Haddad" in words(shown)
    link = re.search(r"http://localhost:8080(/sign-in/begin/[^<]+/)", shown.get_data(as_text=True))
    assert link
    noor = visitor(live)
    noor.get(link[1])
    noor.post("/sign-in/begin/", {"password": PASSWORD})
    noor.post("/sign-in/account/app/", {"code": code(secret_of(noor.get("/sign-in/account/app/")))})
    assert "Noor Haddad" in words(noor.get("/console/"))
    assert noor.get("/console/staff/").status_code == 403


def test_an_address_that_is_taken_is_said_beside_the_field(live: Served, administrator: Visitor) -> None:
    again(administrator, "/console/staff/add/")
    email = staff.describe_staff(live.context, live.staff[Role.OFFICER]).email
    answer = administrator.post("/console/staff/add/", {"name": "Twin", "email": email, "role": "support"})
    assert answer.status_code == 422
    assert "somebody with this address works here already" in words(answer)


def test_a_field_that_the_form_does_not_have_changes_nothing(live: Served, administrator: Visitor) -> None:
    again(administrator, "/console/staff/add/")
    email = f"mass{live.clock.now:%d%H}@firm.example"
    form = {"name": "Mass", "email": email, "role": "support", "left_at": "2020-01-01", "password": "x", "id": "me"}
    administrator.post("/console/staff/add/", form)
    added = staff.find_by_email(live.context, email)
    assert added is not None
    assert (added.left_at, added.password, added.id == "me") == (None, "!", False)


def test_letting_somebody_leave_asks_once_more_who_it_is_and_lets_them_out_at_once(
    live: Served, administrator: Visitor
) -> None:
    officer, _ = enrol(live, Role.OFFICER)
    there = live.staff[Role.OFFICER].id
    path = f"/console/staff/{there}/"
    assert administrator.post(f"{path}leave/").location == f"/sign-in/again/?next=%2Fconsole%2Fstaff%2F{there}%2F"
    assert officer.get("/console/").status_code == 200
    again(administrator, path)
    assert administrator.post(f"{path}leave/").location == "/console/staff/"
    assert officer.get("/console/").status_code == 302
    assert "left on" in words(administrator.get(path))
    gone = Staff.objects.get(id=there)
    assert not gone.has_usable_password()
    assert not Invitation.objects.filter(staff=gone, used_at=None).exists()
    assert StaffChange.objects.get(staff=gone, kind="left").by_id == live.staff[Role.ADMINISTRATOR].id


def test_a_new_link_is_for_who_works_here_and_ends_the_one_before(live: Served, administrator: Visitor) -> None:
    there = live.staff[Role.AUDITOR].id
    again(administrator, f"/console/staff/{there}/")
    for _ in range(2):
        assert administrator.post(f"/console/staff/{there}/link/").status_code == 200
    assert Invitation.objects.filter(staff_id=there, used_at=None).count() == 1
    staff.let_staff_leave(live.as_of(Role.ADMINISTRATOR), there)
    assert administrator.post(f"/console/staff/{there}/link/").status_code == 404


def test_an_administrator_ends_all_sessions_of_somebody(live: Served, administrator: Visitor) -> None:
    officer = visitor(live, Role.OFFICER)
    path = f"/console/staff/{live.staff[Role.OFFICER].id}/"
    assert "End all sessions" in words(administrator.get(path))
    assert administrator.post(f"{path}sessions/end/").location == path
    assert officer.get("/console/").status_code == 302


def test_a_background_check_of_tomorrow_is_not_noted(live: Served, administrator: Visitor) -> None:
    path = f"/console/staff/{live.staff[Role.AUDITOR].id}/"
    tomorrow = (live.clock.now + timedelta(days=1)).date().isoformat()
    answer = administrator.post(f"{path}check/", {"vetted_on": tomorrow})
    assert answer.status_code == 422
    assert "still to come" in words(answer)
    today = live.clock.now.astimezone(UTC).date()
    assert administrator.post(f"{path}check/", {"vetted_on": today.isoformat()}).location == path
    assert Staff.objects.get(id=live.staff[Role.AUDITOR].id).vetted_on == today


def test_that_somebody_showed_who_they_are_counts_for_five_minutes(live: Served, administrator: Visitor) -> None:
    again(administrator, "/console/staff/add/")
    live.clock.forward(minutes=4, seconds=59)
    assert administrator.get("/console/staff/add/").status_code == 200
    live.clock.forward(seconds=2)
    assert administrator.get("/console/staff/add/").status_code == 302
    assert isinstance(live.clock.now, datetime)


def test_a_wrong_password_does_not_show_who_somebody_is(live: Served, administrator: Visitor) -> None:
    answer = administrator.post("/sign-in/again/", {"password": "wrong", "next": "/console/staff/add/"})
    assert answer.status_code == 200
    assert "The password is not right" in words(answer)
    assert administrator.get("/console/staff/add/").status_code == 302


def test_it_is_shown_by_a_code_too(live: Served) -> None:
    came, secret = enrol(live, Role.ADMINISTRATOR)
    live.clock.forward(minutes=10)
    answer = came.post("/sign-in/again/code/", {"code": code(secret), "next": "/console/staff/add/"})
    assert answer.location == "/console/staff/add/"
    assert came.get("/console/staff/add/").status_code == 200


def test_the_last_second_factor_stays(live: Served) -> None:
    came, _ = enrol(live, Role.OFFICER)
    assert "stays" in words(came.get("/sign-in/account/app/remove/"))
    came.post("/sign-in/account/app/remove/")
    assert "Sign in with your second factor" in words(came.get("/sign-in/account/"))


def test_a_password_is_not_enough_to_be_led_past_the_second_factor_by_reauthentication(live: Served) -> None:
    enrol(live, Role.OFFICER)
    came = visitor(live)
    try_password(came, Role.OFFICER)
    for path in ("/sign-in/again/", "/sign-in/again/code/", "/sign-in/account/codes/new/"):
        assert came.get(path).location.startswith("/sign-in/?next="), path
