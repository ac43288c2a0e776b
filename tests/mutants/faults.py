"""The faults: a sentence, the file, what stands there, and what is put in its place."""

from __future__ import annotations

from dataclasses import dataclass

ORACLE = (
    "tests/docs/test_ownership.py",
    *(
        f"tests/oracle/test_engine.py::test_engine_and_interpreter_leave_the_same[sqlite-{start}]"
        for start in range(0, 480, 40)
    ),
)
CLOSURE = ("tests/trace/test_closure.py", "tests/trace/test_closure_laws.py")


@dataclass(frozen=True, slots=True)
class Fault:
    """``old`` stands once in ``file`` (below src/bailee); ``tests`` are those that should notice ``new``."""

    said: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ORACLE


FAULTS = (
    # who (1-5)
    Fault(
        "ownership passes through another person's row",
        "trace/who.py",
        'if m.bound[place.collection].is_person and place.mode != "own":',
        "if not place.collection:",
    ),
    Fault("depth is not counted", "trace/who.py", "if count[flow.id] > flow.depth:", "if not flow.id:"),
    # the fate of a row (10-16)
    Fault(
        "one's own row stays where somebody else owns it too",
        "trace/erase.py",
        "for p in (own, both(owned, unless(living)))",
        "for p in (both(own, unless(owned)), both(owned, unless(living)))",
    ),
    Fault(
        "unset is not written",
        "trace/erase.py",
        "unset = hop.flow.edge.unset if hop.flow else None",
        "unset = None",
    ),
    Fault(
        "the time of a change is written every time",
        "trace/erase.py",
        "only=either(IsNull(cell.column), due)",
        "only=either(unless(NEVER), due)",
    ),
    Fault("a pseudonym is made of a pseudonym", "connectors/sql/compile.py", " OR ({marked})", ""),
    # holds (17-21)
    Fault("holds do not climb", "trace/hold.py", "return kept.issuperset(reference.child_columns)", "return not kept"),
    Fault(
        "an empty date does not hold",
        "trace/hold.py",
        "return either(IsNull(hold.until.column), still)",
        "return still",
    ),
    Fault(
        "what a hold keeps by name is written over",
        "trace/erase.py",
        'kept_by_name(e.m, e.sets, name, column, InSet(f"roots:{name}"), e.today), remove=remove',
        "NEVER, remove=remove",
    ),
    Fault(
        "the time of a mention is emptied in a row that stays",
        "trace/bind.py",
        "(c.ends, *(m.at for m in c.mentions))",
        "(c.ends,)",
    ),
    # references (22, 23)
    Fault(
        "a row goes although one that stays pins it",
        "trace/erase.py",
        'e.sets.rows(f"pinned:{name}"))',
        "NEVER)",
    ),
    Fault(
        "parents go before their children",
        "trace/reduce.py",
        "return tuple(_within(m, group) for group in components(onward))",
        "return tuple(_within(m, group) for group in reversed(components(onward)))",
    ),
    # retention (24, 25)
    Fault(
        "nothing waits for a row that points to it",
        "trace/retain.py",
        "both(unless(held), waiting)",
        "both(unless(held))",
    ),
    Fault(
        "what is due tomorrow goes today",
        "trace/retain.py",
        'return Compare(column, "<", first), IsNull(column)',
        'return Compare(column, "<=", first), IsNull(column)',
    ),
    # a copy (26)
    Fault(
        "other people's mentions are shown",
        "trace/copying.py",
        "if not _shown(",
        "if not mention.column and not _shown(",
    ),
    # in the database
    Fault(
        "a comparison with an empty cell is neither true nor false",
        "connectors/sql/compile.py",
        'return f"({self.holds(p, collection, row)}) IS NOT TRUE"',
        'return f"NOT ({self.holds(p, collection, row)})"',
    ),
    Fault(
        "letters are folded",
        "connectors/sql/compile.py",
        "by_bytes = not column.bytewise",
        "by_bytes = column.length == 0",
    ),
    Fault(
        "a number is whose it was at any time",
        "connectors/sql/compile.py",
        '        if not shape.bounded:\n            return f"({among} AND {at} IS NOT NULL)"',
        '        if at:\n            return f"({among} AND {at} IS NOT NULL)"',
    ),
    Fault(
        "what goes round is looked at once",
        "connectors/sql/session.py",
        "grown = self._grow(name) or grown",
        "self._grow(name)",
    ),
    # closure (6-8)
    Fault(
        "a value that many carry joins them",
        "trace/closure.py",
        "    if c.is_shared[end.key]:\n        return Reason.SHARED\n",
        "",
        CLOSURE,
    ),
    Fault(
        "who held a number later is who held it before",
        "trace/closure.py",
        "        return Reason.APART\n",
        "        return None\n",
        CLOSURE,
    ),
)
