"""Invitations: who invited whom, and an address that was invited before its owner joined, or who never did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Laws
from tests.shapes.nasty import NAMES, day, text
from tests.shapes.shape import MASKED, Shape, Tables, whole

TABLES = """
CREATE TABLE members (
    id INTEGER PRIMARY KEY, name {text}, email {text}, confirmed INTEGER NOT NULL, invited_by INTEGER,
    joined_on DATE, FOREIGN KEY (invited_by) REFERENCES members (id)
);
CREATE TABLE invitations (
    id INTEGER PRIMARY KEY, inviter_id INTEGER REFERENCES members (id), address {text}, greeting {text}, sent_on DATE,
    accepted_by INTEGER REFERENCES members (id)
);
CREATE TABLE rewards (
    id INTEGER PRIMARY KEY, to_member INTEGER NOT NULL REFERENCES members (id),
    for_member INTEGER REFERENCES members (id), pence INTEGER NOT NULL, paid_on DATE
);
CREATE TABLE waiting_list (
    id INTEGER PRIMARY KEY, address {text} NOT NULL, wish {text}, heard_from {text}
)
"""

POLICY = {
    "bailee.yaml": "firm: The Rowing Club\nmode: act\nregion: GB\nyear_end: 03-31\nshared_above: 4\n",
    "holds.yaml": """
tax:
  law: Taxes Management Act 1970 s. 12B
  keeps: [reward.pence, reward.paid_on, reward.to_member, member.name]
  until: year end of paid_on + P6Y
""",
    "systems/club.yaml": """
system: club
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  member:
    table: members
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified, verified_when: confirmed = 1}
    names: {to: member, on: {id: invited_by}, on_parent_gone: null}
    fields: {name: name, joined_on: joined_on}
    on_erase: delete
  invitation:
    table: invitations
    owned_by: member.id = inviter_id
    accessed_by: {to: member, on: {id: accepted_by}, on_copy: {greeting: mask}}
    mentions:
      - {email: address, stored: {form: raw, scan: true}}
    fields: {greeting: greeting, sent_on: sent_on}
    on_erase: delete
    on_leave: {matched: null}
  reward:
    table: rewards
    owned_by: member.id = to_member
    names: {to: member, on: {id: for_member}, on_parent_gone: null}
    fields: {pence: pence, paid_on: paid_on}
    on_erase: delete
    hold: tax
  waiting:
    table: waiting_list
    party: person
    identity:
      email: {column: address, stored: lower, joins: verified}
    mentions:
      - {email: heard_from, stored: lower}
    fields: {wish: wish}
    on_erase: delete
    on_leave: {matched: null}
""",
}

KEYS = {
    "member": ("members", "id"),
    "invitation": ("invitations", "id"),
    "reward": ("rewards", "id"),
    "waiting": ("waiting_list", "id"),
}
WHO: dict[str, tuple[str, str]] = {
    "Alice": ("1", "alice@post.example"),
    "Bob": ("2", "bob@post.example"),
    "Carol": ("3", "carol@post.example"),
    "Dora, who never joined": ("-1", "dora@post.example"),
    "Erin, who waits": ("-1", "erin@post.example"),
}
"""The row among the members, and the address. Bob was invited by Alice, Carol by Bob."""


def _rows() -> Tables:
    random = Random(3)
    who = [1, 1, 2, 2, 3, 4, 5, None]
    addresses = [
        "bob@post.example", "Bob@Post.Example", " carol@post.example", "dora@post.example", "erin@post.example\t",
        "DORA@POST.EXAMPLE", "n/a", "", None, "frank@post.example", "alice@post.example",
    ]  # fmt: skip
    return {
        "members": [
            (1, NAMES[0], "alice@post.example", 1, None, "2018-01-01"),
            (2, NAMES[1], "bob@post.example", 1, 1, "2019-02-28"),
            (3, NAMES[2], "carol@post.example", 1, 2, None),
            (4, NAMES[3], "alice@post.example", 0, 3, "2020-02-29"),
            (5, None, None, 1, 1, None),
        ],
        "invitations": [
            (n, random.choice(who), random.choice(addresses), text(random), day(random), random.choice([*who, None]))
            for n in range(1, 61)
        ],
        "rewards": [
            (n, random.choice(who[:-1]), random.choice(who), 500, random.choice([day(random), None]))
            for n in range(1, 31)
        ],
        "waiting_list": [
            (1, "erin@post.example", "a single scull", "bob@post.example"),
            (2, "frank@post.example", None, "erin@post.example"),
            (3, "carol@post.example", "before she joined", None),
            (4, "greta@post.example", "it's", "nobody"),
        ],
    }


# --- by hand -------------------------------------------------------------------------------------------------


def _ids(names: Sequence[str]) -> str:
    return ", ".join(WHO[name][0] for name in names)


def _spelt(column: str, names: Sequence[str]) -> str:
    """Whatever the capitals, and with blanks before and after."""
    bare = f"LOWER(TRIM(REPLACE({column}, '\t', ' ')))"
    return f"{bare} IN ({', '.join(repr(WHO[name][1]) for name in names)})"


def found(name: str) -> dict[str, str]:
    me, spelt = _ids([name]), _spelt("address", [name])
    seen = f"({spelt} OR accepted_by = {me})"
    return {
        "member own": f"SELECT id FROM members WHERE id = {me}",
        "waiting own": f"SELECT id FROM waiting_list WHERE {spelt}",
        "waiting touch": f"SELECT id FROM waiting_list WHERE {_spelt('heard_from', [name])}",
        "invitation owned": f"SELECT id FROM invitations WHERE inviter_id = {me}",
        "invitation touch": f"SELECT id FROM invitations WHERE COALESCE(inviter_id, 0) <> {me} AND {seen}",
        "reward owned": f"SELECT id FROM rewards WHERE to_member = {me}",
    }


def copied(name: str) -> dict[str, list[str]]:
    me, keys = _ids([name]), found(name)
    others = f"CASE WHEN {_spelt('address', [name])} OR address IS NULL THEN address ELSE '{MASKED}' END"
    greeting = f"CASE WHEN accepted_by = {me} AND greeting IS NOT NULL THEN '{MASKED}' ELSE greeting END"
    rest = "sent_on, accepted_by FROM invitations WHERE id IN"
    heard = f"CASE WHEN {_spelt('heard_from', [name])} OR heard_from IS NULL THEN heard_from ELSE '{MASKED}' END"
    told = whole(keys, KEYS)
    told["invitation"] = [
        f"SELECT id, inviter_id, {others}, greeting, {rest} ({keys['invitation owned']})",
        f"SELECT id, inviter_id, {others}, {greeting}, {rest} ({keys['invitation touch']})",
    ]
    told["waiting"] = [
        f"SELECT id, address, wish, {heard} FROM waiting_list WHERE id IN ({keys[f'waiting {mode}']})"
        for mode in ("own", "touch")
    ]
    return told


def _held(day: str) -> str:
    """Until the end of the sixth financial year, which ends in March, after that in which it was paid."""
    year = int(day[:4]) - 6 - (day[5:] <= "03-31")
    return f"(paid_on IS NULL OR paid_on >= '{year}-04-01')"


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    mine, held = _ids(names), _held(day)
    yield f"DELETE FROM invitations WHERE inviter_id IN ({mine})"
    yield f"UPDATE invitations SET accepted_by = NULL WHERE accepted_by IN ({mine})"
    yield f"UPDATE invitations SET address = NULL WHERE {_spelt('address', names)}"
    yield f"DELETE FROM waiting_list WHERE {_spelt('address', names)}"
    yield f"UPDATE waiting_list SET heard_from = NULL WHERE {_spelt('heard_from', names)}"
    yield f"DELETE FROM rewards WHERE to_member IN ({mine}) AND NOT {held}"
    kept = f"SELECT to_member FROM rewards WHERE to_member IN ({mine})"
    gone = f"SELECT id FROM members WHERE id IN ({mine}) AND id NOT IN ({kept})"
    # of a reward that is kept, nothing but what the hold keeps
    yield f"UPDATE rewards SET for_member = NULL WHERE to_member IN ({mine})"
    yield f"UPDATE rewards SET for_member = NULL WHERE for_member IN ({gone})"
    yield f"UPDATE members SET invited_by = NULL WHERE id IN ({mine})"
    yield f"UPDATE members SET invited_by = NULL WHERE invited_by IN (SELECT id FROM ({gone}) AS g)"
    yield f"UPDATE members SET email = NULL, joined_on = NULL WHERE id IN ({mine}) AND id IN ({kept})"
    yield f"DELETE FROM members WHERE id IN ({mine}) AND id NOT IN ({kept})"


def kept(names: Sequence[str], day: str) -> dict[str, str]:
    mine = _ids(names)
    return {
        "reward tax": f"SELECT id FROM rewards WHERE to_member IN ({mine}) AND {_held(day)}",
        "member tax": f"SELECT DISTINCT to_member FROM rewards WHERE to_member IN ({mine}) AND {_held(day)}",
    }


SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [address] for name, (_, address) in WHO.items()},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Bob", "Carol"), ("Carol", "Dora, who never joined")],
    kept=kept,
    to_confirm={"Alice": 1},
)


class TestInvitations(Laws):
    """Invitations, and whom they are to."""
