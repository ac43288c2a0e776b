"""Keys as they come: uuid, composite, char(n), one half equal to another's; and rows that are marked deleted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.shapes.laws import Holds, Laws
from tests.shapes.nasty import NAMES, day, moment, text
from tests.shapes.shape import MASKED, Shape, Tables, whole

TABLES = """
CREATE TABLE tenants (
    code CHAR(8) PRIMARY KEY, title {text}
);
CREATE TABLE persons (
    tenant CHAR(8) NOT NULL REFERENCES tenants (code), ref {uuid} NOT NULL, name {text}, email CHAR(40),
    deleted_at {time}, PRIMARY KEY (tenant, ref)
);
CREATE TABLE devices (
    serial CHAR(12) PRIMARY KEY, tenant CHAR(8) NOT NULL, keeper {uuid}, label {text}, deleted_at {time},
    FOREIGN KEY (tenant, keeper) REFERENCES persons (tenant, ref)
);
CREATE TABLE readings (
    serial VARCHAR(20) NOT NULL, taken_at {time} NOT NULL, amount INTEGER, PRIMARY KEY (serial, taken_at)
);
CREATE TABLE teams (
    tenant CHAR(8) NOT NULL, code CHAR(4) NOT NULL, title {text}, PRIMARY KEY (tenant, code)
);
CREATE TABLE memberships (
    tenant CHAR(8) NOT NULL, person {uuid} NOT NULL, team CHAR(4) NOT NULL, role {text},
    PRIMARY KEY (tenant, person, team),
    FOREIGN KEY (tenant, person) REFERENCES persons (tenant, ref),
    FOREIGN KEY (tenant, team) REFERENCES teams (tenant, code)
);
CREATE TABLE loans (
    id {uuid} PRIMARY KEY, serial CHAR(12) REFERENCES devices (serial), tenant CHAR(8) NOT NULL, borrower {uuid},
    lender {uuid}, remark {text},
    FOREIGN KEY (tenant, borrower) REFERENCES persons (tenant, ref),
    FOREIGN KEY (tenant, lender) REFERENCES persons (tenant, ref)
);
CREATE TABLE deposits (
    tenant CHAR(8) NOT NULL, person {uuid} NOT NULL, line INTEGER NOT NULL, pence INTEGER, slip {text}, paid_on DATE,
    PRIMARY KEY (tenant, person, line), FOREIGN KEY (tenant, person) REFERENCES persons (tenant, ref)
)
"""

POLICY = {
    "bailee.yaml": "firm: The Tool Library\nmode: act\nregion: GB\nyear_end: 12-31\n",
    "holds.yaml": """
money:
  law: Companies Act 2006 s. 388
  keeps: [deposit.tenant, deposit.person, deposit.line, deposit.pence, deposit.paid_on, person.name]
  until: month end of paid_on + P72M
""",
    "systems/library.yaml": """
system: library
connector: sql
url: env:SHAPE_URL
write_url: env:SHAPE_URL
collections:
  tenant:
    table: tenants
    party: organisation
    fields: {title: title}
  person:
    table: persons
    party: person
    identity:
      email: {column: email, stored: lower, joins: verified}
    belongs_to: tenant.code = tenant
    fields: {name: name}
    opaque: {deleted_at: when the application hid the row}
    on_erase: delete
  device:
    table: devices
    owned_by: {to: person, on: {tenant: tenant, ref: keeper}}
    fields: {label: label}
    opaque: {deleted_at: when the application hid the row}
    on_erase: delete
  reading:
    table: readings
    owned_by: device.serial = serial
    fields: {amount: amount}
    on_erase: delete
  team:
    table: teams
    fields: {title: title}
    on_erase: delete
    on_leave: {}
  membership:
    table: memberships
    owned_by: {to: person, on: {tenant: tenant, ref: person}}
    owns: {to: team, on: {tenant: tenant, code: team}, on_parent_gone: delete}
    fields: {role: role}
    on_erase: delete
  loan:
    table: loans
    accessed_by: {to: device, on: {serial: serial}, on_parent_gone: null, on_copy: {borrower: mask, remark: mask}}
    owned_by:
      - {to: person, on: {tenant: tenant, ref: borrower}}
      - {to: person, on: {tenant: tenant, ref: lender}}
    fields: {remark: remark}
    on_erase: delete
    on_leave: {matched: null}
  deposit:
    table: deposits
    owned_by: {to: person, on: {tenant: tenant, ref: person}}
    fields: {pence: pence, slip: slip}
    on_erase: delete
    hold: money
""",
}

KEYS = {
    "person": ("persons", "tenant, ref"),
    "device": ("devices", "serial"),
    "reading": ("readings", "serial, taken_at"),
    "team": ("teams", "tenant, code"),
    "membership": ("memberships", "tenant, person, team"),
    "loan": ("loans", "id"),
    "deposit": ("deposits", "tenant, person, line"),
}


def _uuid(n: int) -> str:
    return f"0a1b2c3d-0000-4000-8000-{n:012x}"


ROWS_OF = {
    "Alice": (("t1", _uuid(1)), ("t2", _uuid(4))),
    "Bob": (("t1", _uuid(2)),),
    "Carol": (("t2", _uuid(1)),),
    "Dora": (("t2", _uuid(2)),),
}
"""Alice is with both tenants; Carol has at the one what Alice is called by at the other. Dora's row is hidden."""


def _rows() -> Tables:
    random = Random(10)
    people = [(tenant, _uuid(n)) for tenant in ("t1", "t2") for n in (1, 2, 3, 4)]
    address = {
        ("t1", _uuid(1)): "alice@post.example", ("t2", _uuid(4)): "alice@post.example",
        ("t1", _uuid(2)): "bob@post.example", ("t2", _uuid(1)): "carol@post.example",
        ("t2", _uuid(2)): "dora@post.example",
    }  # fmt: skip
    devices = []
    for n in range(1, 16):
        tenant, ref = random.choice(people)
        devices.append(
            (f"S{n:03}" if n % 3 else f"S{n:03}-X", tenant, random.choice([ref, ref, None]), text(random),
             random.choice([None, moment(random)]))
        )  # fmt: skip
    serials = [device[0] for device in devices]
    memberships = {
        (tenant, ref, f"g{random.randint(1, 4)}") for _ in range(14) for tenant, ref in [random.choice(people)]
    }
    loans = []
    for n in range(1, 41):
        tenant = random.choice(("t1", "t2"))
        some = [_uuid(k) for k in (1, 1, 2, 2, 3, 4)]
        loans.append(
            (_uuid(100 + n), random.choice([*serials, None]), tenant, random.choice([*some, None]),
             random.choice([*some, None]), text(random))
        )  # fmt: skip
    return {
        "tenants": [("t1", "Leeds"), ("t2", None)],
        "persons": [
            (tenant, ref, random.choice(NAMES), address.get((tenant, ref)),
             "2024-01-01 00:00:00" if ref == _uuid(2) else None)
            for tenant, ref in people
        ],
        "devices": devices,
        "readings": [
            (serial, f"{year}-01-{n:02} 00:00:00", n)
            for serial, year in [*((s, 2025) for s in serials), ("S999", 2025), ("s001", 2024), ("s008", 2024)]
            for n in range(1, random.randint(2, 4))
        ],
        "teams": [(tenant, f"g{n}", text(random)) for tenant in ("t1", "t2") for n in range(1, 5)],
        "memberships": [(*one, text(random)) for one in sorted(memberships)],
        "loans": loans,
        "deposits": [
            (tenant, ref, line, 500, text(random), random.choice([day(random, 2018), "2020-05-31", "2020-06-01"]))
            for tenant, ref in people for line in range(random.randint(0, 3))
        ],
    }  # fmt: skip


# --- by hand -------------------------------------------------------------------------------------------------


def _is(tenant: str, ref: str, names: Sequence[str]) -> str:
    return "({})".format(" OR ".join(f"{tenant} = '{t}' AND {ref} = '{r}'" for name in names for t, r in ROWS_OF[name]))


def found(name: str) -> dict[str, str]:
    devices = f"SELECT serial FROM devices WHERE {_is('tenant', 'keeper', [name])}"
    mine = " OR ".join(_mine([name]))
    joined = "SELECT 1 FROM memberships AS m WHERE m.tenant = teams.tenant AND m.team = teams.code"
    return {
        "person own": f"SELECT tenant, ref FROM persons WHERE {_is('tenant', 'ref', [name])}",
        "device owned": devices,
        "reading owned": f"SELECT serial, taken_at FROM readings WHERE {_same('serial', devices)}",
        "membership owned": f"SELECT tenant, person, team FROM memberships WHERE {_is('tenant', 'person', [name])}",
        "team owned": f"SELECT tenant, code FROM teams WHERE EXISTS ({joined}"
        f" AND {_is('m.tenant', 'm.person', [name])})",
        "loan owned": f"SELECT id FROM loans WHERE {mine}",
        "loan touch": f"SELECT id FROM loans WHERE serial IN ({devices}) AND NOT ({mine})",
        "deposit owned": f"SELECT tenant, person, line FROM deposits WHERE {_is('tenant', 'person', [name])}",
    }


def _same(column: str, serials: str) -> str:
    """A reading has no foreign key: capitals tell apart, on MariaDB too. All serials of devices are in capitals."""
    return f"{column} IN ({serials}) AND LENGTH(REPLACE({column}, 's', '')) = LENGTH({column})"


def copied(name: str) -> dict[str, list[str]]:
    keys = found(name)
    cell = f"CASE WHEN {{0}} IS NOT NULL THEN '{MASKED}' END"
    seen = {
        "loan": f"SELECT id, serial, tenant, {cell.format('borrower')}, lender, {cell.format('remark')} FROM loans"
        f" WHERE id IN ({keys['loan touch']})"
    }
    return whole(keys, KEYS, seen)


def _mine(names: Sequence[str]) -> tuple[str, str]:
    return tuple(f"COALESCE({_is('tenant', column, names)}, FALSE)" for column in ("borrower", "lender"))  # type: ignore[return-value]


def _held(day: str) -> str:
    """Until the end of the month, six years later."""
    return f"paid_on >= '{int(day[:4]) - 6}{day[4:7]}-01'"


def erased(names: Sequence[str], day: str) -> Iterator[str]:
    devices = f"SELECT serial FROM devices WHERE {_is('tenant', 'keeper', names)}"
    borrower, lender = _mine(names)
    yield (
        f"DELETE FROM loans WHERE {borrower} AND (lender IS NULL OR {lender})"
        f" OR {lender} AND (borrower IS NULL OR {borrower})"
    )
    yield f"UPDATE loans SET borrower = NULL WHERE {borrower}"
    yield f"UPDATE loans SET lender = NULL WHERE {lender}"
    yield f"UPDATE loans SET serial = NULL WHERE serial IN ({devices})"
    yield f"DELETE FROM readings WHERE {_same('serial', devices)}"
    yield f"DELETE FROM devices WHERE {_is('tenant', 'keeper', names)}"
    joined = "SELECT 1 FROM memberships AS m WHERE m.tenant = teams.tenant AND m.team = teams.code AND"
    theirs = _is("m.tenant", "m.person", names)
    yield (f"UPDATE teams SET title = 'DOOMED' WHERE EXISTS ({joined} {theirs}) AND NOT EXISTS ({joined} NOT {theirs})")
    yield f"DELETE FROM memberships WHERE {_is('tenant', 'person', names)}"
    yield "DELETE FROM teams WHERE title = 'DOOMED'"
    yield f"DELETE FROM deposits WHERE {_is('tenant', 'person', names)} AND NOT {_held(day)}"
    yield f"UPDATE deposits SET slip = NULL WHERE {_is('tenant', 'person', names)}"
    booked = "EXISTS (SELECT 1 FROM deposits AS d WHERE d.tenant = persons.tenant AND d.person = persons.ref)"
    yield f"UPDATE persons SET email = NULL WHERE {_is('tenant', 'ref', names)} AND {booked}"
    yield f"DELETE FROM persons WHERE {_is('tenant', 'ref', names)} AND NOT {booked}"


def kept(names: Sequence[str], day: str) -> dict[str, str]:
    return {
        "deposit money": "SELECT tenant, person, line FROM deposits"
        f" WHERE {_is('tenant', 'person', names)} AND {_held(day)}",
        "person money": "SELECT DISTINCT tenant, person FROM deposits"
        f" WHERE {_is('tenant', 'person', names)} AND {_held(day)}",
    }


SHAPE = Shape(
    TABLES,
    POLICY,
    _rows(),
    {name: [f"{name.lower()}@post.example"] for name in ROWS_OF},
    found,
    copied,
    erased,
    pairs=[("Alice", "Bob"), ("Alice", "Carol"), ("Dora", "Carol")],
    kept=kept,
    free="2032-06-01",
)


class TestKeys(Laws, Holds):
    """Rows under keys of every kind."""
