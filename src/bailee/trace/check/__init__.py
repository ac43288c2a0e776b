"""What cannot stand in a map, found before anything is touched.

`check_map` lays the map of one system over its live schema and returns everything that is wrong with it, at once.
Codes are permanent; `CODES` says in a line what each stands for.
"""

from __future__ import annotations

from collections.abc import Mapping

from bailee.policy import Policy, System
from bailee.policy.problems import Problem
from bailee.trace.bind import bind, find_table
from bailee.trace.check import columns, coverage, equality, fates, kinds, objecting, order, tables, writes
from bailee.trace.schema import Schema

CODES: Mapping[str, str] = {
    "T301": "a collection that somebody can own does not say on_erase",
    "T302": "a collection that two can own does not say on_leave",
    "T303": "on_leave says matched, and there is nothing to clear",
    "T304": "one cell is given two different values",
    "T305": "a change writes a column that decides about rows",
    "T306": "a mention of a value that changes hands has no time",
    "T307": "a person who is anonymised is not told from a living one",
    "T308": "an edge to another collection has a depth",
    "T309": "a retention rule has nothing to count from",
    "T310": "a hold keeps cells that it does not reach",
    "T311": "whether a row goes depends on itself, through a pin",
    "T312": "rows without a key would have to be told apart",
    "T313": "edges that are one reference say different on_parent_gone",
    "T314": "on_parent_gone has nothing to empty, or no reference to act on",
    "T315": "a stand_in points to no row",
    "T316": "a cell that matched may clear is given a value made from the old one",
    "T317": "rows by which others own something go although these others stay",
    "T318": "one column points to rows of two collections",
    "T319": "on_leave deletes what on_erase anonymises",
    "T320": "a hold keeps half of a reference",
    "T321": "a hold keeps the time of a change, and not what is changed",
    "T322": "what says who a person is changes because others go",
    "T323": "on_object is said where nobody can own a row",
    "T324": "a hold can keep what an objection changes",
    "T325": "on_object deletes rows that others point to",
    "T401": "a table is not there",
    "T402": "a column is not there",
    "T403": "a table has no primary key, and the map gives none",
    "T404": "a column that cannot be null is given null",
    "T405": "a column that must be unique is given the same value in many rows",
    "T406": "a change writes a column that the database generates",
    "T407": "a foreign key is given a fixed value",
    "T408": "a value, a condition or a spelling does not fit its column",
    "T409": "a deletion would cascade into a table outside the map",
    "T410": "a trigger, row security or the like is not accounted for",
    "T411": "columns are undecided",
    "T412": "personal fields are nobody's",
    "T413": "a large table lacks an index",
    "T414": "foreign keys form a cycle that cannot be broken",
    "T415": "a row that is kept in part would lose what cannot be empty",
    "T416": "an edge pairs columns of different kinds",
    "T417": "a pseudonym or hash is longer than its column",
    "T419": "a key does not tell rows apart",
    "T421": "a key may be empty",
    "T422": "somebody who is anonymised is still called something",
    "T424": "a column cannot be compared with a value, a key or what it is paired with",
    "T425": "the database would join more rows than an edge does",
    "T430": "something keeps a copy of rows where no map looks",
}

_NEEDS_ALL = frozenset({"T303", "T309", "T310", "T412"})
"""Codes that find something absent: they are not to be trusted while a part of the map is out of sight."""


def check_map(system: System, schema: Schema, policy: Policy) -> tuple[Problem, ...]:
    """Return everything that cannot stand in the map of ``system`` over ``schema``, in the order of the policy's files.

    Errors must be mended before anything is located; warnings are for a person to look at. Where a table is missing the
    rest is checked as far as it can be told without it.
    """
    names = tuple(columns.find_named_columns(system, policy))
    m = bind(system, columns.add_missing(system, schema, names), policy)
    written, objected = tuple(writes.list_writes(m)), tuple(objecting.list_objection_writes(m))
    found = [
        *columns.check_missing(system, schema, names),
        *fates.check_fates(m),
        *fates.check_clearing(m),
        *fates.check_anonymous_rows(m),
        *writes.check_two_values(m),
        *writes.check_writes(m, names, (*written, *objected)),
        *fates.check_mention_times(system, policy),
        *fates.check_references(m),
        *fates.check_rules(m),
        *fates.check_circular_fates(m),
        *fates.check_keys(m, (*written, *objected)),
        *objecting.check_objection(m),
        *order.check_made_from_cleared(m, written),
        *order.check_rows_of_others(m),
        *order.check_two_parents(m),
        *order.check_own_identities(m, (*written, *objected)),
        *order.check_half_held(m, written),
        *kinds.check_kinds(m, names),
        *kinds.check_paired_kinds(m),
        *equality.check_comparisons(m),
        *equality.check_joins(m),
        *tables.check_cascades(m),
        *tables.check_hazards(m, (*written, *objected)),
        *tables.check_unseen_fields(m),
        *tables.check_indexes(m),
        *tables.check_loose_keys(m, schema),
        *tables.check_key_cycles(m),
        *tables.check_reductions(m),
        *coverage.check_undecided_columns(m, schema, names),
        *coverage.check_copies(m, (*written, *objected)),
    ]
    whole = all(find_table(c, schema) is not None for c in system.collections.values())
    found = [problem for problem in found if whole or problem.code not in _NEEDS_ALL]
    return tuple(sorted(dict.fromkeys(found), key=lambda p: (p.place, p.code, p.message)))


__all__ = ["CODES", "check_map"]
