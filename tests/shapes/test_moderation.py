"""Moderation: who banned whom, staff's notes about a member, reports by one member about another's post."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Holds, Laws, Retention
from tests.shapes.nasty import NAMES, day, moment, text
from tests.shapes.shape import MASKED, Shape, Tables, whole

TABLES = """
CREATE TABLE staff (
    id INTEGER PRIMARY KEY, name {text} NOT NULL, email {text}
);
CREATE TABLE members (
    id INTEGER PRIMARY KEY, nick {text} NOT NULL, email {text}, left_on DATE
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES members (id), body {text}
);
CREATE TABLE reports (
    id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts (id), reporter_id INTEGER REFERENCES members (id),
    handled_by INTEGER REFERENCES staff (id), complaint {text}, made_at {time} NOT NULL
);
CREATE TABLE bans (
    id INTEGER PRIMARY KEY, member_id INTEGER NOT NULL REFERENCES members (id),
    banned_by INTEGER NOT NULL REFERENCES staff (id), why {text}, ends_on DATE
);
CREATE TABLE staff_notes (
    id INTEGER PRIMARY KEY, member_id INTEGER REFERENCES members (id), staff_id INTEGER REFERENCES staff (id),
    note {text}, internal {text}
);
CREATE TABLE appeals (
    id INTEGER PRIMARY KEY, ban_id INTEGER NOT NULL REFERENCES bans (id),
    decided_by INTEGER REFERENCES staff (id), plea {text}
)
"""

POLICY = {
    "bailee.yaml": "firm: The Sourdough Forum\nmode: act\nregion: GB\nyear_end: 12-31\n",
    "retention.yaml": """
members: {for: P2Y, law: our own rule}
reports: {for: P3Y, from: made_at, then: {anonymise: {complaint: null}}}
""",
    "holds.yaml": """
safety:
  law: Online Safety Act 2023 s. 23
  keeps: [report.complaint, report.made_at, report.post_id, post.body]
  until: made_at + P5Y
""",
    "systems/forum.yaml": """
system: forum
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  staff:
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    fields: {name: name}
    on_erase: delete
  member:
    table: members
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    ends: left_on
    fields: {nick: nick}
    on_erase: delete
    retain: members
  post:
    table: posts
    owned_by: member.id = author_id
    fields: {body: body}
    on_erase: delete
    retain: members
  report:
    table: reports
    owned_by: member.id = reporter_id
    accessed_by:
      - {to: post, on: {id: post_id}, on_parent_gone: delete, on_copy: {reporter_id: mask, handled_by: mask}}
    names:
      - {to: staff, on: {id: handled_by}, on_parent_gone: null}
    fields: {complaint: complaint, made_at: made_at}
    on_erase: delete
    on_leave: {}
    hold: safety
    retain: reports
  ban:
    table: bans
    owned_by: member.id = member_id
    names:
      - {to: staff, on: {id: banned_by}, on_parent_gone: {stand_in: staff.id = 0}}
    fields: {why: why, ends_on: ends_on}
    on_erase: delete
    retain: members
  staff_note:
    table: staff_notes
    owned_by: member.id = member_id
    accessed_by: {to: staff, on: {id: staff_id}, on_copy: {member_id: mask}}
    fields: {note: note, internal: internal}
    on_erase: delete
    on_leave: {matched: null}
    retain: members
  appeal:
    table: appeals
    owned_by: ban.id = ban_id
    names:
      - {to: staff, on: {id: decided_by}}
    fields: {plea: plea}
    on_erase: delete
    retain: members
""",
}

KEYS = {
    name: (table, "id")
    for name, table in {
        "staff": "staff", "member": "members", "post": "posts", "report": "reports", "ban": "bans",
        "staff_note": "staff_notes", "appeal": "appeals",
    }.items()
}  # fmt: skip
WHO: dict[str, tuple[str, int, int]] = {
    "Alice": ("alice@post.example", 1, -1),
    "Bob": ("bob@post.example", 2, 2),
    "Carol": ("carol@post.example", 3, -1),
    "Rhea of staff": ("rhea@forum.example", -1, 3),
    "Sam of staff": ("sam@forum.example", -1, 4),
}
"""The address, the row among the members, the row among staff. Bob is both. Rhea decided an appeal."""


def _rows() -> Tables:
    random = Random(4)
    members, staff = [1, 1, 2, 2, 3, 4], [2, 2, 3, 4, 4, 0]
    bans = [(n, random.choice(members), random.choice(staff), text(random), day(random)) for n in range(1, 21)]
    return {
        "staff": [
            (0, "a former moderator", None), (2, NAMES[1], "bob@post.example"), (3, NAMES[9], "rhea@forum.example"),
            (4, "Sam", "sam@forum.example"),
        ],
        "members": [
            (1, NAMES[0], "alice@post.example", None), (2, NAMES[1], "bob@post.example", "2025-01-01"),
            (3, NAMES[2], "carol@post.example", "2024-05-31"), (4, NAMES[3], None, "2024-06-01"),
        ],
        "posts": [(n, random.choice(members), text(random)) for n in range(1, 26)],
        "reports": [
            (n, random.randint(1, 25), random.choice([*members, None]), random.choice([*staff[:-1], None]),
             text(random), random.choice([moment(random, 2019, 2024), "2021-06-01 00:00:00", "2021-05-31 23:59:59"]))
            for n in range(1, 41)
        ],
        "bans": bans,
        "staff_notes": [
            (n, random.choice([*members, None]), random.choice([*staff[:-1], None]), text(random), "do not tell")
            for n in range(1, 31)
        ],
        "appeals": [(n, random.randint(1, 20), random.choice([3, None]), text(random)) for n in range(1, 11)],
    }  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------


def found(name: str) -> dict[str, str]:
    _, member, staff = WHO[name]
    posts = f"SELECT id FROM posts WHERE author_id = {member}"
    bans = f"SELECT id FROM bans WHERE member_id = {member}"
    return {
        "staff own": f"SELECT id FROM staff WHERE id = {staff}",
        "member own": f"SELECT id FROM members WHERE id = {member}",
        "post owned": posts,
        "report owned": f"SELECT id FROM reports WHERE reporter_id = {member}",
        "report touch": f"SELECT id FROM reports WHERE COALESCE(reporter_id, 0) <> {member} AND post_id IN ({posts})",
        "ban owned": bans,
        "appeal owned": f"SELECT id FROM appeals WHERE ban_id IN ({bans})",
        "staff_note owned": f"SELECT id FROM staff_notes WHERE member_id = {member}",
        "staff_note touch": f"SELECT id FROM staff_notes WHERE staff_id = {staff}"
        f" AND COALESCE(member_id, 0) <> {member}",
    }


def copied(name: str) -> dict[str, list[str]]:
    keys = found(name)
    cell = f"CASE WHEN {{0}} IS NOT NULL THEN '{MASKED}' END"
    seen = {
        "report": f"SELECT id, post_id, {cell.format('reporter_id')}, {cell.format('handled_by')}, complaint, made_at"
        f" FROM reports WHERE id IN ({keys['report touch']})",
        "staff_note": f"SELECT id, {cell.format('member_id')}, staff_id, note, internal FROM staff_notes"
        f" WHERE id IN ({keys['staff_note touch']})",
    }
    return whole(keys, KEYS, seen)


def _held(day: str) -> str:
    return f"made_at >= '{int(day[:4]) - 5}{day[4:10]} 00:00:00'"


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    members = ", ".join(str(WHO[name][1]) for name in names)
    staff = ", ".join(str(WHO[name][2]) for name in names)
    held = _held(day)
    # The law keeps a report for five years, and the post that it is about. Its author is left out of it.
    yield f"UPDATE reports SET reporter_id = NULL, handled_by = NULL WHERE reporter_id IN ({members}) AND {held}"
    yield f"DELETE FROM reports WHERE reporter_id IN ({members})"
    pinned = f"SELECT post_id FROM reports WHERE {held}"
    going = f"SELECT id FROM posts WHERE author_id IN ({members}) AND id NOT IN ({pinned})"
    yield f"UPDATE posts SET author_id = NULL WHERE author_id IN ({members}) AND id IN ({pinned})"
    yield f"DELETE FROM reports WHERE post_id IN ({going})"
    yield f"DELETE FROM posts WHERE author_id IN ({members})"
    yield f"DELETE FROM appeals WHERE ban_id IN (SELECT id FROM bans WHERE member_id IN ({members}))"
    yield f"DELETE FROM bans WHERE member_id IN ({members})"
    yield f"DELETE FROM staff_notes WHERE member_id IN ({members})"
    yield f"UPDATE staff_notes SET staff_id = NULL WHERE staff_id IN ({staff})"
    yield f"UPDATE bans SET banned_by = 0 WHERE banned_by IN ({staff})"
    yield f"UPDATE reports SET handled_by = NULL WHERE handled_by IN ({staff})"
    yield f"DELETE FROM members WHERE id IN ({members})"
    yield f"DELETE FROM staff WHERE id IN ({staff})"


def kept(names: Sequence[str], day: str) -> dict[str, str]:
    members = ", ".join(str(WHO[name][1]) for name in names)
    pinned = f"SELECT post_id FROM reports WHERE {_held(day)}"
    return {
        "report safety": f"SELECT id FROM reports WHERE reporter_id IN ({members}) AND {_held(day)}",
        "post safety": f"SELECT id FROM posts WHERE author_id IN ({members}) AND id IN ({pinned})",
    }


def left(name: str) -> dict[str, str]:
    return found(name) if name == "Rhea of staff" else {}


CAROL_IS_DUE = (
    "DELETE FROM appeals WHERE ban_id IN (SELECT id FROM bans WHERE member_id = 3)",
    "DELETE FROM bans WHERE member_id = 3",
    "DELETE FROM staff_notes WHERE member_id = 3",
    (
        f"UPDATE posts SET author_id = NULL WHERE author_id = 3"
        f" AND id IN (SELECT post_id FROM reports WHERE {_held('2026-06-01')})"
    ),
    "DELETE FROM posts WHERE author_id = 3 AND id NOT IN (SELECT post_id FROM reports)",
    (
        "DELETE FROM members WHERE id = 3 AND NOT EXISTS (SELECT 1 FROM posts WHERE author_id = 3)"
        " AND NOT EXISTS (SELECT 1 FROM reports WHERE reporter_id = 3)"
    ),
)
OLD_REPORTS = (
    f"UPDATE reports SET complaint = NULL WHERE made_at < '2023-06-01 00:00:00' AND NOT {_held('2026-06-01')}",
)

SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [address] for name, (address, _, _) in WHO.items()},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Bob", "Sam of staff"), ("Carol", "Alice")],
    kept=kept,
    left=left,
    refused=frozenset({"Rhea of staff"}),
    free="2032-01-01",
    due={"members": CAROL_IS_DUE, "reports": OLD_REPORTS},
)


class TestModeration(Laws, Holds, Retention):
    """Bans, notes of staff, and reports."""
