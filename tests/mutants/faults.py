"""The faults: a sentence, the file, what stands there, and what is put in its place."""

from __future__ import annotations

from dataclasses import dataclass

ORACLE = (
    "tests/oracle/test_engine_examples.py",
    "tests/oracle/test_residual.py",
    "tests/oracle/worked/test_worked_maps_on_the_engine.py",
    "tests/docs/test_ownership.py",
    "tests/oracle/test_engine.py::test_what_was_wrong_once_is_right",
    *(
        f"tests/oracle/test_engine.py::test_engine_and_interpreter_leave_the_same[sqlite-{start}]"
        for start in range(0, 480, 40)
    ),
)
KEPT = ("tests/connectors/test_conformance.py", "tests/harm/test_kept_before.py")
LIGHTS = ("tests/checks/test_lights_that_looked.py",)
CLOSURE = ("tests/trace/test_closure.py", "tests/trace/test_closure_laws.py")
REFUSALS = ("tests/refusals/test_what_is_said.py",)


@dataclass(frozen=True, slots=True)
class Fault:
    """``old`` stands once in ``file`` (below src/bailee); ``tests`` are those that should notice ``new``."""

    said: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = ORACLE


FILES = ("tests/harm/test_files_of_others.py",)

MISSED = ("tests/harm/test_not_looked_at.py",)

WORDS = ("tests/draft/test_words.py",)
OPAQUE = ("tests/draft/test_opaque.py",)
JSON_PATHS = ("tests/draft/test_json_paths.py",)
ROLES = ("tests/draft/test_roles.py",)
CHANCE = ("tests/draft/test_chance.py",)

FAULTS = (
    # what no map has
    Fault(
        "tables that no foreign key ties to the map are not spoken of",
        "trace/check/coverage.py",
        "    there = (*m.schema.tables, *m.schema.others)",
        "    there = (*m.schema.tables,)",
        MISSED,
    ),
    Fault(
        "a receipt is clean although a trigger keeps a copy",
        "runner/recording.py",
        '"clean": not any(residual.values()) and not _copied(systems) and not _is_unkept(systems),',
        '"clean": not any(residual.values()) and not _is_unkept(systems),',
        MISSED,
    ),
    # files that others name too (26)
    Fault(
        "a copy hands out a file that another person's row names too",
        "runner/copying.py",
        "None if (link.root, text) in others else opener",
        "opener",
        FILES,
    ),
    Fault(
        "a file's name counts only as it is spelled plainly",
        "runner/shared_files.py",
        "    for text in chain(texts, odd):",
        "    for text in texts:",
        FILES,
    ),
    # who (1-5)
    Fault(
        "ownership passes through another person's row",
        "trace/who.py",
        'if m.bound[place.collection].is_person and place.mode != "own":',
        "if not place.collection:",
    ),
    Fault("depth is not counted", "trace/who.py", "if count[flow.id] > flow.depth:", "if not flow.id:"),
    Fault(
        "who was anonymised before is living",
        "trace/who.py",
        'InSet(f"remembered:{collection}"), erased))',
        'InSet(f"remembered:{collection}")))',
    ),
    Fault(
        "who was erased before is living",
        "trace/who.py",
        'InSet(f"remembered:{collection}"), erased))',
        "erased))",
        KEPT,
    ),
    Fault(
        "an organisation gives nothing on through its rows",
        "trace/bind.py",
        "for b in self.bound.values() if b.is_party})",
        "for b in self.bound.values() if b.is_person})",
    ),
    Fault(
        "a key that two rows share does to both what is done to one",
        "trace/check/tables.py",
        "if not any(set(unique) <= set(b.key) for unique in table.keys):",
        "if not table:",
        ("tests/trace/test_check_tables.py", "tests/harm/test_keys.py"),
    ),
    Fault(
        "a row without a key is found by nobody, and nobody hears of it",
        "connectors/sql/session.py",
        "if self.statements.keys_that_may_be_null and (without",
        "if not self.statements.trace and (without",
        ("tests/harm/test_keys.py",),
    ),
    # the fate of a row (10-16)
    Fault(
        "one's own row stays where somebody else owns it too",
        "trace/erase.py",
        "for p in (own, both(owned, unless(living)))",
        "for p in (both(own, unless(owned)), both(owned, unless(living)))",
    ),
    Fault(
        "matched empties columns that others use",
        "trace/bind.py",
        "return tuple(c for c in dict.fromkeys(columns) if c not in taken)",
        "return tuple(c for c in dict.fromkeys(columns) if c or taken)",
    ),
    Fault(
        "of what stands twice in a list one stays",
        "connectors/sql/functions.py",
        "if plain(attribute, part) not in leaving]",
        "if plain(attribute, part) not in leaving or leaving.discard(plain(attribute, part))]",
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
        "a hold ends a day early",
        "trace/hold.py",
        'Compare(hold.until.column, ">=", first)',
        'Compare(hold.until.column, ">", first)',
    ),
    Fault(
        "holds do not look at rows that come up again",
        "trace/erase.py",
        'for change in sorted(e.kept) if change.startswith(f"{name}/")',
        'for change in sorted(e.kept) if change.startswith("/")',
    ),
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
    Fault(
        "a customer number is emptied although an invoice that is kept points by it",
        "trace/erase.py",
        "from_child(r, remains(e, r, of_held=True))",
        "from_child(r, remains(e, r))",
        ("tests/oracle/test_engine_examples.py",),
    ),
    Fault(
        "retention empties a number by which a row that a hold keeps points",
        "trace/retain.py",
        "_kept_pointing(m, sets, r, names, today, by_name=True)",
        "_kept_pointing(m, sets, r, [], today, by_name=True)",
        ("tests/oracle/test_engine_examples.py",),
    ),
    Fault(
        "what a hold withheld from matched is cleared after on_erase has written there",
        "trace/erase.py",
        "rows = both(rows, unless(erased)) if mention.column in erased_cells else rows",
        "rows = both(rows, unless(erased)) if mention.column in erased_cells and id not in e.kept else rows",
        ("tests/oracle/test_engine_examples.py",),
    ),
    Fault(
        "what was written since over what a hold withheld from matched is cleared with it",
        "trace/erase.py",
        "both(mention.when or ALWAYS, either(spells, ahead), e.stays(name))",
        "both(mention.when or ALWAYS, either(spells, *(w.where for w in _kept(e, id, name))), e.stays(name))",
        ("tests/harm/test_written_since.py",),
    ),
    Fault(
        "at a release another row goes that was given the key of a kept one",
        "runner/as_left.py",
        "return bool(shared) and bool(told) and all(before[column] == after[column] for column in shared)",
        "return bool(shared) or bool(told)",
        ("tests/harm/test_keys_given_anew.py",),
    ),
    Fault(
        "a row that a hold kept from two changes of one cell is counted in both",
        "trace/erase.py",
        "list(_with_time(e, name, _once(e, again)))",
        "list(_with_time(e, name, again))",
        ("tests/oracle/test_engine_examples.py",),
    ),
    Fault(
        "a time in sqlite is taken for another because it is spelled otherwise",
        "connectors/sql/dialects.py",
        'if self.name == "sqlite" and column.kind in {Kind.DATE, Kind.TIME}:',
        'if self.name == "mariadb" and column.kind in set[Kind]():',
        ("tests/connectors/sql/test_times.py",),
    ),
    Fault(
        "a time in sqlite loses its fraction and its zone when it is made coarse",
        "connectors/sql/dialects.py",
        "{zeros} || {zone} ELSE",
        "'00:00:00' ELSE",
        ("tests/connectors/sql/test_times.py",),
    ),
    Fault(
        "a row pinned by one that is reduced is not reconsidered",
        "trace/erase.py",
        "gone = both(doomed, unless(remains(e, r, of_held=True))) if doomed != NEVER else NEVER",
        'gone = e.sets.rows(f"goes:{r.child}")',
        ("tests/harm/test_kept_before.py",),
    ),
    Fault(
        "a row pinned by one that goes in a release is not reconsidered",
        "runner/plans.py",
        "_touched(house, found, batch, remembered, up.again, by_hand)",
        "_touched(house, found, batch, remembered, {}, by_hand)",
        ("tests/harm/test_kept_before.py",),
    ),
    Fault(
        "a row that was left to others is erased within the bounds",
        "runner/sparing.py",
        "        if not milder or _is_unlinking(change):",
        "        if milder or _is_unlinking(change):",
        ("tests/harm/test_harsher.py",),
    ),
    Fault(
        "a row that the plan spares is forgotten",
        "runner/sparing.py",
        "        if collection in harshest:",
        "        if collection not in harshest:",
        ("tests/harm/test_harsher.py",),
    ),
    # references (22, 23)
    Fault(
        "a row goes although one that stays pins it",
        "trace/erase.py",
        'e.sets.rows(f"pinned:{name}"))',
        "NEVER)",
    ),
    Fault(
        "a row that stays for its number is left pointing to a row that goes",
        "trace/erase.py",
        "return keeps_pointing(e, r)",
        "return keeps_pointing(e, r) if e.m.preserved[r.child].issuperset(r.child_columns) else NEVER",
        ("tests/oracle/test_engine_examples.py",),
    ),
    Fault(
        "a child goes with its parent although matched parts them",
        "trace/erase.py",
        "both(points_to_gone(r), unless(cleared(e, r)))",
        "points_to_gone(r)",
    ),
    Fault(
        "nobody is refused",
        "trace/erase.py",
        "    if r.gone.action is Gone.REFUSE:\n        return remains(e, r)\n",
        "    if r.gone.action is Gone.REFUSE:\n        return NEVER\n",
    ),
    Fault(
        "a stand-in need not be there",
        "trace/erase.py",
        "    if r.gone.action is not Gone.STAND_IN:\n",
        "    if r.gone.action or r.id:\n",
    ),
    Fault(
        "a residual starts from live rows",
        "connectors/sql/session.py",
        "(sealed.keys if sealed else {}).items()",
        "dict[str, tuple[Key, ...]]().items()",
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
        "retention does not ask whether a party goes on",
        "trace/retain.py",
        "return both(over, unless(lasts)), unless(party)",
        "return both(over), unless(party)",
    ),
    Fault(
        "a row that is owned twice over is copied twice",
        "trace/__init__.py",
        'if mode == "owned" and f"own:{name}" in sets.made:',
        'if mode == "owned" and not name:',
    ),
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
        "connectors/sql/spelling.py",
        "if column.is_text and column.equality is not Equality.BYTES:",
        "if column.is_text and not column.name:",
    ),
    Fault(
        "an edge without a foreign key joins all that the database takes for equal",
        "connectors/sql/pairs.py",
        "exact = pair.own.equality in {Equality.BYTES, Equality.PADDED}",
        "exact = pair.own.equality in {*Equality}",
        ("tests/connectors/sql/test_equality.py",),
    ),
    Fault(
        "an edge with a foreign key joins equal bytes alone",
        "connectors/sql/compile.py",
        "one if parent == (collection, theirs) else other)",
        "None if parent == (collection, theirs) else None)",
        ("tests/connectors/sql/test_equality.py",),
    ),
    Fault(
        "blanks around the elements of a list count",
        "connectors/sql/functions.py",
        "[plain(attribute, part) for part in text.split(separator)]",
        "[part for part in text.split(separator)]",
        ("tests/connectors/sql/test_spelling.py",),
    ),
    Fault(
        "a number is whose it was at any time",
        "connectors/sql/compile.py",
        "        if not shape.bounded:\n            return lambda",
        "        if at:\n            return lambda",
    ),
    Fault(
        "what goes round is looked at once",
        "connectors/sql/session.py",
        "grown = self._grow(name) or grown",
        "self._grow(name)",
    ),
    Fault(
        "a number is emptied while a row that goes still points to it",
        "trace/reduce.py",
        "    late = {name for name in reductions if _may_lose_what_points(m, name)}\n",
        "    late = set[str]()\n",
        ("tests/shapes/test_exchange.py::TestExchange::test_retention_does_what_sql_does[sqlite]",),
    ),
    Fault(
        "a row that stays loses a number while another that stays still points to it",
        "trace/reduce.py",
        "            if reference.child in split:\n",
        "            if reference.child not in group:\n",
        ("tests/oracle/test_engine_examples.py",),
    ),
    Fault(
        "a column by which others point is emptied with what it points to",
        "trace/bind.py",
        "        taken.update(column for r in self.children_of(child) for column in r.parent_columns)\n",
        "",
        ("tests/oracle/test_laws_of_the_interpreter.py",),
    ),
    Fault(
        "an edge from a table to itself is compared as a key is",
        "connectors/sql/compile.py",
        "(collection, theirs) == (own_collection, own) and own in self.trace.map.bound[own_collection].key",
        "(collection, theirs) == (own_collection, own)",
        ("tests/oracle/test_engine.py::test_what_was_wrong_once_is_right_with_other_keys_and_texts",),
    ),
    Fault(
        "of a row that several changes reach the mildest fate is sealed",
        "runner/sparing.py",
        "        matters = change.id in counted and change.collection in matter\n",
        "        matters = change.id in counted and HARSHNESS[change.fate] < harshest[change.collection]\n",
        ("tests/oracle/test_between.py",),
    ),
    Fault(
        "where both sides are unique, the foreign key is not asked who points to whom",
        "trace/bind.py",
        "_points(b, to, edge.on) or (not _points(to, b, back) and _is_key(to, edge.their_columns))",
        "_is_key(to, edge.their_columns)",
        ("tests/oracle/test_engine_examples.py",),
    ),
    Fault(
        "an address that is the key of a kept row is told to nobody",
        "trace/standing.py",
        "for is_kept, rows in ((True, both(where, kept)), (False, both(where, unless(kept)))):",
        "for is_kept, rows in ((False, both(where, unless(kept))),):",
        ("tests/harm/test_what_still_stands.py",),
    ),
    Fault(
        "who is anonymised keeps the address that is the key",
        "trace/check/fates.py",
        "for i in b.collection.identities if i.column not in written)",
        "for i in b.collection.identities if i.column not in (*written, *b.key))",
        ("tests/trace/test_check_words.py", "tests/harm/test_what_still_stands.py"),
    ),
    Fault(
        "a value that nobody is found by is spelled well enough",
        "checks/spelling.py",
        "return UNFOUND if misspelt(*said, is_own=column.is_own) else FOUND",
        "return FOUND",
        ("tests/harm/test_spelling.py",),
    ),
    Fault(
        "what is no address at all, in a column of addresses, names nobody",
        "trace/spelt.py",
        "return is_own or _names(attribute, bare, region, placeholders)",
        "return False",
        ("tests/trace/test_spelt.py",),
    ),
    Fault(
        "an address with a mark around it is spelled well enough",
        "trace/spelt.py",
        "wrong = not (_is_plain(attribute, part, value) and matches(",
        "wrong = not (part and matches(",
        ("tests/trace/test_spelt.py",),
    ),
    Fault(
        "a number with what is dialled at home before it is surely found",
        "trace/spelt.py",
        "if d not in dialled",
        "if d.isdigit()",
        ("tests/trace/test_spelt.py",),
    ),
    # closure (6-8)
    Fault(
        "a value that many carry joins them",
        "trace/closure.py",
        "    if c.is_shared[end.value]:\n        return Reason.SHARED\n",
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
    Fault(
        "who held a number at no time held it with somebody else",
        "trace/validity.py",
        "all(_before(a.since, b.until) for a in (self, other) for b in (self, other))",
        "_before(self.since, other.until) and _before(other.since, self.until)",
        ("tests/trace/test_validity.py", *CLOSURE),
    ),
    # lights (25)
    Fault(
        "rows that wait are not overdue",
        "checks/due.py",
        "sets, past = dict(trace.sets), either(takes, waits)",
        "sets, past = dict(trace.sets), takes",
        LIGHTS,
    ),
    Fault(
        "a light is green that looked at nothing",
        "checks/judging.py",
        "    if not finding.looked:\n",
        "    if finding.looked is None:\n",
        LIGHTS,
    ),
    Fault(
        "how a value begins is taken for the whole of it",
        "checks/ciphertext.py",
        "return SOUND if any(test(value) for test in begun) else UNSOUND",
        "return SOUND",
        LIGHTS,
    ),
    Fault(
        "a table of the same name in another schema is passed over",
        "checks/judging.py",
        "    if table.elsewhere and laid.collection.schema is None:\n",
        "    if table.elsewhere and laid.collection.schema:\n",
        LIGHTS,
    ),
    # what is said
    Fault(
        "a plan that refuses everybody says that nobody is found",
        "plan/results.py",
        "    if plan.refused_persons:\n",
        "    if plan.refused_persons and steps:\n",
        REFUSALS,
    ),
    Fault(
        "nobody is told who else owns the rows that stand in the way",
        "trace/blame.py",
        "if owned != NEVER:",
        "if owned == NEVER:",
        REFUSALS,
    ),
    Fault(
        "the parts of a key are parted wherever a comma stands",
        "trace/keys.py",
        'if is_plain and (is_alone or "," not in text) and not _BYTES.fullmatch(text):',
        "if is_plain and not _BYTES.fullmatch(text):",
        ("tests/refusals/test_keys.py::test_texts_are_read_back_however_they_look",),
    ),
    Fault(
        "the variable of an account is called after the system",
        "runner/granting.py",
        "said if said and is_said else",
        "said if not said else",
        ("tests/connect/test_where_addresses_stand.py",),
    ),
    Fault(
        "a new policy has a mistake",
        "cli/exits.py",
        "if {p.code for p in found} == {NO_SYSTEMS} and",
        "if not found and",
        ("tests/connect/test_init.py",),
    ),
    Fault(
        "somebody is known by a number that nobody is looked up by",
        "trace/closure.py",
        " and not is_never(c.scope.values(), seed.attribute)",
        "",
        ("tests/refusals/test_never.py",),
    ),
    Fault(
        "however many sets look at each other, they are nested in one statement",
        "connectors/sql/statements.py",
        "if total <= MOST_TABLES or not weight:",
        "if total or not weight:",
        ("tests/refusals/test_large_maps.py",),
    ),
    # drafts
    Fault(
        "small numbers that every key has prove where a column points",
        "draft/chance.py",
        "    return ((m.beside + 1) / (m.of + 2)) ** m.found",
        "    return (1 / (m.of + 2)) ** m.found",
        CHANCE,
    ),
    Fault(
        "a column of a name that fits any table points where its name says",
        "draft/references.py",
        "    if pair.vague and not best.proven:",
        "    if False:",
        CHANCE,
    ),
    Fault(
        "what belongs to somebody's row is theirs, though it names another person",
        "draft/edges.py",
        "    if differ:",
        "    if False:",
        ROLES,
    ),
    Fault(
        "a call is owned by the member of staff who answered it",
        "draft/edges.py",
        '        (worker, "names", 0.75, "it names a member of staff, and nothing says whose the row is"),',
        "",
        ROLES,
    ),
    Fault(
        "a list is opaque by its name, whatever JSON it has",
        "draft/guess.py",
        "        if documents or free or",
        "        if documents or",
        OPAQUE,
    ),
    Fault(
        "what stands inside JSON is not told",
        "draft/guess.py",
        "            why = says_of_path(path, seen)",
        '            why = ""',
        JSON_PATHS,
    ),
    Fault(
        "an address book joins people to whose book it is",
        "draft/guess.py",
        "        return edge, (edge.sure if told else min(edge.sure, 0.75))",
        "        return edge, edge.sure",
        ROLES,
    ),
    Fault(
        "the numbers of what would be deleted are of another column",
        "draft/effects.py",
        '            yield guess, Reach(table, own, min(others)[1] if others else ""), to',
        "            yield guess, Reach(table, min(others)[1] if others else own, own), to",
        WORDS,
    ),
    # characters that nobody sees
    Fault(
        "a bidirectional override stands in a copy, a letter and a page as it came",
        "runner/invisible.py",
        r"\u2028-\u202e\u2060-\u206f",
        r"\u2028\u2029",
        ("tests/package/test_invisible.py",),
    ),
    Fault(
        "a page of the console shows what somebody typed as it came",
        "web/shell/entrance.py",
        "        if is_page and isinstance(response, HttpResponse):",
        "        if False:",
        (
            "tests/web/desk/test_requests.py::test_characters_that_nobody_sees_are_shown_on_every_page_and_go_back_as_they_came",
        ),
    ),
)
