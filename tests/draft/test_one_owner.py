"""No row is drafted as two persons' where nobody looked: the law behind `--accept 0.9`."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from bailee.draft.edges import draw_edges
from bailee.draft.one_owner import SURE
from bailee.draft.references import DraftReference, SharedParent
from bailee.draft.tables import Nature
from tests.draft.conftest import Look, insert
from tests.draft.test_roles import PEOPLE, people

MEMBERS = "CREATE TABLE members (id INTEGER PRIMARY KEY, full_name VARCHAR(60), email VARCHAR(90))"


def test_a_group_that_is_a_principal_too_does_not_own_the_memberships_of_others(looked: Look) -> None:
    """Groups are rows among the people, as in calendars: the database deletes memberships with either."""
    found = looked(
        MEMBERS,
        "CREATE TABLE group_member (group_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,"
        " member_id INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE, PRIMARY KEY (group_id, member_id))",
        people("members"),
        insert("group_member", ((1 + n % 3, 4 + n % 30) for n in range(1, 30))),
    )
    sure = {g.says["owned_by"] for g in found.of("group_member", "owned_by", SURE)}
    assert sure == {"members.id = member_id"}
    assert found.of("group_member", "owned_by")  # the other is shown


def test_of_two_members_that_a_row_names_alike_neither_is_taken_for_its_owner(looked: Look) -> None:
    found = looked(
        MEMBERS,
        "CREATE TABLE bond (id INTEGER PRIMARY KEY, ignorer_user INTEGER REFERENCES members (id),"
        " ignored_user INTEGER REFERENCES members (id))",
        people("members"),
        insert("bond", ((n, 1 + n % PEOPLE, 1 + (n + 7) % PEOPLE) for n in range(1, 60))),
    )
    assert not found.of("bond", "owned_by", SURE)


def test_a_payment_is_owned_by_its_order_and_its_invoice_only_where_the_rows_agree(looked: Look) -> None:
    """Each invoice is of the same order as its payments; each parcel is of another order than its refunds."""
    found = looked(
        MEMBERS,
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, member_id INTEGER REFERENCES members (id))",
        "CREATE TABLE invoices (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id))",
        "CREATE TABLE parcels (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id))",
        "CREATE TABLE payments (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id),"
        " invoice_id INTEGER REFERENCES invoices (id))",
        "CREATE TABLE refunds (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id),"
        " parcel_id INTEGER REFERENCES parcels (id))",
        people("members"),
        insert("orders", ((n, 1 + n % PEOPLE) for n in range(1, 41))),
        insert("invoices", ((n, n) for n in range(1, 41))),
        insert("parcels", ((n, n) for n in range(1, 41))),
        insert("payments", ((n, n, n) for n in range(1, 41))),
        insert("refunds", ((n, n, n % 40 + 1) for n in range(1, 41))),
    )
    assert found.owners("payments", SURE) == {"orders", "invoices"}
    assert found.owners("refunds", SURE) < {"orders", "parcels"}


# --- the law, over all that could be drawn ---------------------------------------------------------------------

TABLES = ("member", "agent", "order", "invoice", "message", "parcel")
COLUMNS = (
    "user_id",
    "member_id",
    "group_id",
    "from_user",
    "to_user",
    "order_id",
    "invoice_id",
    "owner_id",
    "created_by",
)
ROWS = 12
NATURES = {name: Nature((name,), {}, 0.95 if name in {"member", "agent"} else 0.0, 0.0, "", False) for name in TABLES}


@st.composite
def references(draw: st.DrawFn) -> list[DraftReference]:
    """Foreign keys between the tables, some of which delete along, and no two of one column."""
    found = []
    for child in TABLES:
        for column in draw(st.lists(st.sampled_from(COLUMNS), unique=True, max_size=4)):
            parent = draw(st.sampled_from(TABLES))
            cascades = draw(st.booleans())
            found.append(DraftReference(child, parent, (("id", column),), True, 1.0, "a foreign key", None, cascades))
    return found


@st.composite
def databases(draw: st.DrawFn) -> tuple[list[DraftReference], dict[tuple[str, str], list[int]]]:
    """References, and for each column the row to which each row points: all alike, or each on its own."""
    keys = draw(references())
    same = draw(st.booleans())
    cells = {(r.child, r.column): list(range(ROWS)) if same else draw(st.permutations(range(ROWS))) for r in keys}
    return keys, cells


def agreement(
    asked: Sequence[SharedParent], cells: Mapping[tuple[str, str], Sequence[int]]
) -> dict[SharedParent, tuple[int, int]]:
    """What the rows say, as the connector counts it."""
    found = {}
    for one in asked:
        ((_, column),) = one.on
        pairs = [(cells[one.child, one.own][n], cells[one.parent, one.theirs][cells[one.child, column][n]])
                 for n in range(ROWS)]  # fmt: skip
        found[one] = (ROWS, sum(mine != theirs for mine, theirs in pairs))
    return found


@settings(max_examples=300, deadline=None, derandomize=True)
@given(databases())
def test_the_sure_edges_of_a_draft_never_give_one_row_to_two_persons(
    database: tuple[list[DraftReference], dict[tuple[str, str], list[int]]],
) -> None:
    keys, cells = database
    nothing = frozenset[tuple[str, str]]()
    _, asked = draw_edges(NATURES, keys, nothing, {})
    edges, _ = draw_edges(NATURES, keys, nothing, agreement(asked, cells))
    sure = [e for e in edges if e.kind == "owned_by" and e.sure >= SURE and not e.through]
    owners: dict[tuple[str, int], set[tuple[str, int]]] = defaultdict(set)
    for _ in range(len(TABLES) + 1):
        for edge, n in itertools.product(sure, range(ROWS)):
            ((_, column),) = edge.on
            parent = (edge.to, cells[edge.table, column][n])
            owners[edge.table, n] |= {parent} if NATURES[edge.to].is_person else owners[parent]
    doubled = {row: some for row, some in owners.items() if len(some) > 1 and not NATURES[row[0]].is_person}
    assert not doubled
