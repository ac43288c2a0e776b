"""What a reference means: whose the row is, who sees it, what it belongs to, or nobody's business.

A row is a person's because a column names them as its customer, author or holder; not because they made it, were given
it to work on, or changed it last. What belongs to such a row is theirs too. What many share (a product, a forum, a
mailing list) is nobody's, and nothing becomes somebody's through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bailee.draft import lexicon
from bailee.draft.names import split_words
from bailee.draft.one_owner import find_comparisons, keep_one_owner
from bailee.draft.references import UNSURE, Agreement, DraftReference, DrawnEdge, SharedParent
from bailee.draft.tables import CUSTOMERS, USERS, Nature, is_log, is_staff


def find_shared_parents(
    natures: Mapping[str, Nature],
    references: Sequence[DraftReference],
    inside: frozenset[str],
    apart: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[SharedParent, ...]:
    """Return what is to be asked of rows that name a person and belong to a row that names one as well.

    Who wrote a note for the firm alone (``inside``) is not the person whom it is about. ``apart``: see `find_staff`.
    """
    staff = find_staff(natures, references, apart)
    persons = _find_persons(natures, references, staff)
    return tuple(
        SharedParent(r.child, r.on, own.column, r.parent, theirs.column)
        for r in references
        if r.child != r.parent and not r.when and not natures[r.parent].is_party and r.child not in inside
        for own in persons.get(r.child, ())
        for theirs in persons.get(r.parent, ())
        if own.parent == theirs.parent
    )


def _find_persons(
    natures: Mapping[str, Nature], references: Sequence[DraftReference], staff: frozenset[str]
) -> dict[str, list[DraftReference]]:
    """Return table -> the references by which its rows name the person whom they are about."""
    found: dict[str, list[DraftReference]] = {}
    for r in references:
        if natures[r.parent].is_person and r.parent not in staff and not _is_aside(r, natures) and r.child != r.parent:
            found.setdefault(r.child, []).append(r)
    return found


def find_staff(
    natures: Mapping[str, Nature], references: Sequence[DraftReference], apart: frozenset[tuple[str, str]]
) -> frozenset[str]:
    """Return the tables of people who work for the firm.

    A customer who has a user of their own logs in; a user whom many customers name keeps them. ``apart``: the (table,
    column) that rarely have a value twice, as far as was looked.
    """
    sound = [r for r in references if r.is_sound and not _is_aside(r, natures)]
    pointing = {
        (r.child, r.parent) for r in sound if (r.child, r.column) in apart or not _is_of_buyers(natures[r.child])
    }
    return frozenset(
        name
        for name, n in natures.items()
        if is_staff(n, (o for other, o in natures.items() if (other, name) not in pointing))
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known while edges are drawn.

    ``subjects``: table -> the columns by which its rows name somebody whom they are about. ``customers``: likewise, by
    a word for a customer. ``inside``: tables with a mark of what is for the firm's own eyes. ``single``:
    (table, column) of which no two rows have the same. ``keyed``: those by which, alone or with others, the rows of a
    table are told apart. ``plain``: tables with a column that says *user* and no more.
    ``beside``: tables whose rows belong to rows with somebody's address alone. ``stamps``: the columns that say of
    most rows of a database who made or changed them. ``findable``: tables of addresses by which people are found.
    ``keepers``: tables of people who may log in to keep other people's rows.
    """

    natures: Mapping[str, Nature]
    staff: frozenset[str]
    subjects: Mapping[str, frozenset[str]]
    customers: Mapping[str, frozenset[str]]
    inside: frozenset[str]
    calls: frozenset[str]
    agreement: Agreement
    gaps: frozenset[tuple[str, str]]
    single: frozenset[tuple[str, str]]
    keyed: frozenset[tuple[str, str]]
    plain: frozenset[str]
    beside: frozenset[str]
    stamps: frozenset[str]
    findable: frozenset[str]
    keepers: frozenset[str]


def draw_edges(
    natures: Mapping[str, Nature],
    references: Sequence[DraftReference],
    gaps: frozenset[tuple[str, str]],
    agreement: Agreement,
    *,
    inside: frozenset[str] = frozenset(),
    calls: frozenset[str] = frozenset(),
    single: frozenset[tuple[str, str]] = frozenset(),
    keyed: frozenset[tuple[str, str]] = frozenset(),
    findable: frozenset[str] = frozenset(),
    apart: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[list[DrawnEdge], tuple[SharedParent, ...]]:
    """Return the edges that ``references`` mean, and what is to be asked of rows that two of them make somebody's.

    A reference that gives nobody anything means no edge.

    ``gaps``: the (table, column) that are empty in some rows. ``agreement``: what became of `find_shared_parents`.
    ``inside``: tables with a mark of what is for the firm's own eyes. ``calls``: tables of calls. ``single``: the
    (table, column) of which no two rows have the same. ``keyed``: those that are part of a key. ``findable``: tables of
    addresses, of which each is somebody's.
    """
    staff = find_staff(natures, references, apart)
    people = frozenset(name for name, n in natures.items() if n.is_person)
    named = [r for r in references if r.is_sound and r.parent in people - staff and not _is_aside(r, natures)]
    firms = [r for r in references if natures[r.parent].is_organisation and r.child != r.parent]
    told = _Told(
        natures,
        staff,
        _group_columns([*named, *firms]),
        _group_columns([r for r in named if r.parent != r.child and _is_customer(r, natures)]),
        inside,
        calls,
        agreement,
        gaps,
        single,
        keyed,
        frozenset(r.child for r in named if not _find_said(r, natures) and not r.when),
        _find_addressed_parts(natures, references, named),
        _find_stamps(natures, references, people),
        findable,
        _find_keepers(natures, references, gaps) - staff,
    )
    found = _draw_before_parting(references, told, people)
    declared = frozenset((r.child, r.on) for r in references if r.fk)
    parties = frozenset(name for name, n in natures.items() if n.is_party)
    return keep_one_owner(found, parties, agreement, lambda edge: _rank_edge(edge, told, declared)), tuple(
        find_comparisons(found)
    )


def _draw_before_parting(references: Sequence[DraftReference], told: _Told, people: frozenset[str]) -> list[DrawnEdge]:
    """Return the edges that ``references`` mean, before each row has one owner. ``people``: the tables of persons."""
    natures, staff = told.natures, told.staff
    found = [_draw_to_person(r, told) for r in references if r.parent in people]
    found += [edge for r in references if natures[r.parent].is_organisation if (edge := _draw_to_firm(r, natures))]
    owned = _find_surest(edge for edge in found if edge.kind == "owned_by" and edge.sure > UNSURE)
    owned |= {name: max(sure, _weigh_address(natures[name])) for name, sure in owned.items()}
    whole = {e.table for e in found if e.kind == "owned_by" and e.to not in staff and not e.when}
    parts = _draw_parts(told, references, owned, whole)
    found = [_draw_disputed(edge, told) for edge in found]
    theirs = {edge.table for edge in parts if edge.kind == "owned_by" and not natures[edge.table].head_in(_WRITTEN)}
    found = [_draw_beside(edge) if edge.kind == "owned_by" and edge.to in staff and edge.table in theirs else edge
             for edge in found] + parts  # fmt: skip
    found += _draw_shares(natures, references, {edge.table for edge in found if edge.kind == "owned_by"} | people)
    found += _draw_trees(natures, references, found, told.gaps)
    found += _draw_links(natures, references, found)
    return found


def _find_stamps(
    natures: Mapping[str, Nature], references: Sequence[DraftReference], people: frozenset[str]
) -> frozenset[str]:
    """Return the names of columns by which most tables name who made or changed a row: that says nothing of whose."""
    tables: dict[str, set[str]] = {}
    for r in references:
        if r.parent in people and (
            _is_maker(_find_said(r, natures)) or _has_word(_find_said(r, natures), lexicon.NOT_THEIRS)
        ):
            tables.setdefault(r.column, set()).add(r.child)
    return frozenset(name for name, some in tables.items() if len(some) >= max(_STAMPED, len(natures) / 2))


_STAMPED = 8  # tables


def _find_keepers(
    natures: Mapping[str, Nature], references: Iterable[DraftReference], gaps: frozenset[tuple[str, str]]
) -> frozenset[str]:
    """Return the tables of users to which some rows of customers or contacts point, and others do not.

    Who logs in then may be a customer, or work for the firm and keep the rows of those who do not.
    """
    return frozenset(
        r.parent
        for r in references
        if r.is_sound
        and (r.child, r.column) in gaps
        and natures[r.child].is_person
        and set(natures[r.child].noun) & CUSTOMERS
        and natures[r.parent].is_person
        and natures[r.parent].noun[-1].endswith(USERS)
    )


def _rank_edge(edge: DrawnEdge, told: _Told, declared: frozenset[tuple[str, Any]]) -> tuple[float, ...]:
    """Return how well an edge says whose a row is, beside others of the same row: a person, by the plainest word."""
    natures = told.natures
    r = DraftReference(edge.table, edge.to, edge.on, False, 1.0, "", edge.when)
    said = _find_said(r, natures)
    if edge.kind == "owns":
        return (0.0,)
    if not natures[edge.to].is_party:  # the lines of an order are its own, and the product's only by the way
        named = _is_called_after(natures[edge.table], natures[edge.to])
        return (1.0, float((edge.table, edge.on) in declared), float(named), float(not said))
    plain = not said or _has_word(said, lexicon.CUSTOMER)
    return (2.0, 2.0 if plain else 1.0 if set(said) <= lexicon.AUTHOR else 0.0)


def _find_addressed_parts(
    natures: Mapping[str, Nature], references: Sequence[DraftReference], named: Sequence[DraftReference]
) -> frozenset[str]:
    """Return the tables whose rows belong to rows with somebody's address, and no key of theirs: a ticket by e-mail."""
    keyed = {r.child for r in named}
    addressed = {
        name
        for name, n in natures.items()
        if n.held & lexicon.CONTACT
        and not (n.is_party or name in keyed or n.head_in(lexicon.ADDRESSLIKE | lexicon.SHARED | lexicon.LOOKUP))
    }
    return frozenset(r.child for r in references if r.is_sound and r.parent in addressed and r.child != r.parent)


def _group_columns(references: Iterable[DraftReference]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for r in references:
        found[r.child] = found.get(r.child, frozenset()) | {r.column}
    return found


# --- references to people ------------------------------------------------------------------------------------


def _find_said(r: DraftReference, natures: Mapping[str, Nature]) -> tuple[str, ...]:
    """Return what a column says besides the name of the table that it points to, and of the key there."""
    if r.when:  # what it is called says nothing: the column beside it says what it points to
        return ()
    noun = frozenset((*natures[r.parent].noun, *split_words(r.parent.rpartition(".")[2]), *split_words(r.on[0][0])))
    return tuple(word for word in split_words(r.bare or r.column) if word not in noun | lexicon.IDS)


def _has_word(said: tuple[str, ...], known: frozenset[str]) -> bool:
    return bool(set(said) & known) or "".join(said) in known


def _is_maker(said: tuple[str, ...]) -> bool:
    return _has_word(said, lexicon.MAKER) or "by" in said


def _is_aside(r: DraftReference, natures: Mapping[str, Nature]) -> bool:
    """Whether the person is named for work on the row, not as the one whom it is about."""
    said = _find_said(r, natures)
    handled = "owner" in said and natures[r.child].head_in(_CASES)
    return _has_word(said, lexicon.NOT_THEIRS) or _is_maker(said) or handled


def _is_customer(r: DraftReference, natures: Mapping[str, Nature]) -> bool:
    """Whether a column names somebody by a word for a customer, or points to a table of them."""
    return _has_word(_find_said(r, natures), lexicon.CUSTOMER) or bool(set(natures[r.parent].noun) & lexicon.CUSTOMER)


def _draw_to_person(r: DraftReference, told: _Told) -> DrawnEdge:
    """Return what a reference to a person means."""
    natures, staff = told.natures, told.staff
    said, child = _find_said(r, natures), natures[r.child]
    elsewhere = bool(told.subjects.get(r.child, frozenset()) - {r.column})
    handled = bool(told.customers.get(r.child, frozenset()) - {r.column}) and not _is_customer(r, natures)
    worker, keeper = r.parent in staff, r.parent in told.keepers and not _is_customer(r, natures)
    beside = child.is_party or (_is_shared(child) and not r.when and not (child.head_in(_OWN) and not said))
    is_theirs = is_log(child) or child.head_in(lexicon.ADDRESSLIKE | _OWN) or _is_tie(child, natures[r.parent])
    onlooker = _has_word(said, lexicon.ONLOOKER)
    own_key = not said and not child.is_party and (r.child, r.column) in told.keyed and not r.when
    stamped = r.column in told.stamps and not child.head_in(_CASES | _WRITTEN)  # who opened a ticket asked for help
    meanings = (
        (stamped, "names", 0.95, "most tables have it: who made or changed the row"),
        (r.child == r.parent or _has_word(said, lexicon.NOT_THEIRS), "names", 0.95, "it names somebody beside the row"),
        (handled and _has_word(said, _HANDLER), "names", 0.9, "it names who handles the row of a customer"),
        ("owner" in said and child.head_in(_CASES), "names", 0.9, "who owns a case, handles it"),
        ("last" in said or "latest" in said, "names", 0.85, "it names who came last"),
        (child.is_person and (r.child, r.column) in told.single, "owned_by", 0.95, "one row for each: the same person"),
        (own_key and not worker, "owned_by", 0.95, "its rows are told apart by the person: they are kept for each"),
        (r.cascades and not (worker or keeper) and not _is_maker(said), "owned_by", 0.96, "the database deletes it"),
        (child.is_person and not said and not worker, "belongs_to", 0.7, "it names for whom they stand"),
        (not said and _is_tie(child, natures[r.parent]), "owned_by", 0.95, "the row ties the person to something"),
        (beside, "names", 0.92 if r.fk else 0.65, "it names a person beside the one that the row is about"),
        (_is_maker(said) and (elsewhere or worker), "names", 0.9, "it names who made the row"),
        (worker and not said and child.head_in(_OWN), "owned_by", 0.8, "it is kept for the member of staff"),
        (worker and elsewhere, "names", 0.9, "it names a member of staff, and the row is another's"),
        (r.child in told.inside and not _is_customer(r, natures), "names", 0.7, "who wrote it may work for the firm"),
        (_is_maker(said) and child.head_in(_CASES), "owned_by", 0.8, "who opened it is the only person that it names"),
        (_is_maker(said) and child.head_in(lexicon.THING), "owned_by", 0.6, "it names who made the row"),
        (_is_maker(said), "names", 0.7, "it names who made the row"),
        (onlooker and not elsewhere, "owned_by", 0.92, "who gets it is the only person it names"),
        (onlooker, "accessed_by", 0.75, "it names somebody who sees the row"),
        (r.child in told.calls and worker, "names", 0.85, "it names a member of staff, and a call is its callers'"),
        (r.child in told.calls and _is_answering(r, natures), "accessed_by", 0.7, "who answers shares it with callers"),
        (worker and is_theirs, "owned_by", 0.75, "the member of staff is the only person that it names"),
        (worker, "names", 0.75, "it names a member of staff, and nothing says whose the row is"),
        (keeper and not child.head_in(_OWN), "owned_by", 0.7, "it names a user, who may keep the row of another"),
    )  # fmt: skip
    kind, sure, because = next(
        ((kind, sure, because) for holds, kind, sure, because in meanings if holds),
        ("owned_by", _weigh_words(r, told, said), "it names the person whom the row is about"),
    )
    return _make_edge(r, kind, sure, because)


def _weigh_words(r: DraftReference, told: _Told, said: tuple[str, ...]) -> float:
    """Return how sure it is that a row is theirs whom a column names, by the words that it adds to *user*."""
    known = not said or _is_customer(r, told.natures) or _has_word(said, lexicon.AUTHOR)
    second = bool(said) and r.child in told.plain and not _is_customer(r, told.natures)
    return 0.8 if second or r.child in told.beside else 0.97 if known else 0.85


def _is_answering(r: DraftReference, natures: Mapping[str, Nature]) -> bool:
    """Whether a column of a call may name who answered, and no customer: a user, an extension."""
    return bool(set(natures[r.parent].noun) & (lexicon.STAFF | lexicon.LINE | {"user"})) and not _is_customer(
        r, natures
    )


_HANDLER = lexicon.SIGNED_IN | frozenset({"owner", "holder", "user"})
_CASES = frozenset({"ticket", "case", "issue", "incident", "request", "task", "lead", "opportunity", "deal", "chat"})
_OWN = frozenset(
    {"session", "token", "login", "preference", "profile", "setting", "timesheet", "absence", "payslip", "salary"}
    | {"favourite", "dashboard", "signature", "credential", "device", "territory", "shift", "leave"}
)
"""What is a member of staff's own, though they work for the firm."""


_WRITTEN = frozenset(
    {"comment", "post", "message", "reply", "review", "rating", "vote", "answer", "nachricht", "bericht"}
)
"""Rows that somebody wrote are theirs, whatever else they belong to."""


def _is_tie(child: Nature, parent: Nature) -> bool:
    """Whether rows tie people to what they share, as the name says: ``user_group``."""
    return bool(parent.noun) and (
        parent.noun[-1] in child.noun[:-1] or (len(child.noun) > 1 and parent.noun[-1] == child.noun[-1])
    )


def _is_shared(n: Nature) -> bool:
    """Whether many share its rows: a product, but not the items of an order."""
    is_part = len(n.noun) > 1 and n.noun[-1] in _PARTS and bool(set(n.noun[:-1]) & lexicon.THING)
    shared = n.head_in(lexicon.SHARED | lexicon.LOOKUP) and not n.head_in(lexicon.THING - lexicon.SHARED)
    return shared and not is_part and not n.links


_PARTS = frozenset({"item", "product", "article", "artikel", "produkt", "produit", "option", "coupon", "discount"})


def _draw_to_firm(r: DraftReference, natures: Mapping[str, Nature]) -> DrawnEdge | None:
    if r.child == r.parent:
        return None
    if _is_shared(natures[r.child]) and not _is_tie(natures[r.child], natures[r.parent]):
        return None
    return _make_edge(r, "belongs_to", 0.9, "it names the organisation for which the row is kept")


# --- parts of what is somebody's -----------------------------------------------------------------------------


def _weigh_address(n: Nature) -> float:
    """Return how sure it is that rows are somebody's whose address they have: a ticket by e-mail."""
    if n.is_party or n.head_in(lexicon.ADDRESSLIKE):
        return 0.0
    return max((role.sure for role in n.roles.values() if role.what in lexicon.CONTACT), default=0.0)


def _find_surest(edges: Iterable[DrawnEdge]) -> dict[str, float]:
    """Return table -> how sure the surest of its edges is."""
    found: dict[str, float] = {}
    for edge in edges:
        found[edge.table] = max(edge.sure, found.get(edge.table, 0.0))
    return found


def _draw_parts(
    told: _Told, references: Sequence[DraftReference], owned: dict[str, float], named: set[str]
) -> list[DrawnEdge]:
    """Return the edges by which rows belong to what is somebody's, no surer than that. ``owned`` grows by those.

    ``named``: tables whose rows name the person whose they are.
    """
    found: list[DrawnEdge] = []
    direct = frozenset(owned)
    pairs: set[tuple[str, str]] = set()
    while True:
        new = [r for r in references if r.parent in owned and _is_part(r, told, pairs, direct)]
        if not new:
            return found
        for r in new:
            pairs.add((r.child, r.parent))
            edge = _draw_part(r, told, named)
            edge = replace(edge, sure=min(edge.sure, owned[r.parent])) if edge.kind == "owned_by" else edge
            found.append(edge)
            if edge.kind == "owned_by" and r.is_sound:
                owned[r.child] = max(edge.sure, owned.get(r.child, 0.0), _weigh_address(told.natures[r.child]))


def _draw_part(r: DraftReference, told: _Told, named: set[str]) -> DrawnEdge:
    """Return what it means that rows belong to somebody's row: they are theirs, unless they are somebody else's."""
    theirs = f"what belongs to {r.parent} is whose that is"
    asked = [
        counts for one, counts in told.agreement.items() if (one.child, one.on, one.parent) == (r.child, r.on, r.parent)
    ]
    rows, differ = max(asked, key=lambda counts: counts[0], default=(0, 0))
    if r.child not in named and not differ:
        return _make_edge(r, "owned_by", 0.97, theirs)
    if differ:
        why = f"{differ} of {rows} rows of {r.child} name another person than the row of {r.parent} that they belong to"
        if _is_note(r.child, told):
            return _make_edge(r, "owned_by", 0.9, f"a note is theirs whom it is about; {why}")
        return _make_edge(r, "belongs_to", 0.85, why)
    if rows >= _SEEN:
        return _make_edge(r, "owned_by", 0.95, f"{theirs}: all of {rows} rows name the same person as that does")
    if told.natures[r.child].head_in(_WRITTEN):
        return _make_edge(r, "belongs_to", 0.7, f"who wrote it need not be whose the row of {r.parent} is")
    return _make_edge(r, "owned_by", 0.75, f"{theirs}, unless the person whom it names is another")


def _draw_disputed(edge: DrawnEdge, told: _Told) -> DrawnEdge:
    """Return an edge to the person whom a row names, where the row above it names another: it may be the other's."""
    own = {theirs for _, theirs in edge.on}
    asked = [counts for one, counts in told.agreement.items() if one.child == edge.table and one.own in own]
    rows, differ = max(asked, key=lambda counts: counts[1], default=(0, 0))
    note = _is_note(edge.table, told)
    if edge.kind != "owned_by" or not differ or not (note or is_log(told.natures[edge.table])):
        return edge
    because = f"{edge.because}, but {differ} of {rows} rows belong to a row that names another"
    if note:
        return replace(edge, kind="names", sure=min(edge.sure, 0.7), because=because)
    return replace(edge, sure=min(edge.sure, 0.75), because=because)


def _is_note(table: str, told: _Told) -> bool:
    """Whether rows are notes about somebody, and nobody in them is called a customer."""
    return told.natures[table].head_in(_NOTES) and table not in told.customers


_NOTES = frozenset({"note", "memo", "remark", "notiz", "notitie", "annotation", "bemerkung", "journal"})
"""What is written about somebody, and is not its author's."""

_SEEN = 10  # rows that name the same person


def _is_part(r: DraftReference, told: _Told, pairs: set[tuple[str, str]], direct: frozenset[str]) -> bool:
    """Whether rows belong to the row that they point to. ``direct``: tables whose rows name a person themselves."""
    child, parent = told.natures[r.child], told.natures[r.parent]
    if (
        r.child == r.parent
        or child.is_party
        or parent.is_party
        or (r.child, r.parent) in pairs
        or (r.parent, r.child) in pairs
    ):
        return False
    after = _is_called_after(child, parent)
    # What has an address is no part of it, unless it is called so; a message is no address.
    elsewhere = r.parent in direct and _is_address(parent)
    elsewhere = elsewhere and not after and r.parent not in told.findable
    elsewhere = elsewhere and not (r.cascades and parent.noun[-1] in child.noun)  # a part of it, by its name as well
    own = parent.head_in(_OWN) or ((after or r.cascades) and not parent.head_in(lexicon.ORGANISATION))
    if elsewhere or (_is_shared(parent) and r.parent in direct and not own):
        return False
    if parent.head_in(_USED) and not (after or r.cascades):
        return False
    # The name of a list on rows that each point to somebody's row: the prices of an order's lines.
    listed = (
        _is_shared(child)
        and not after
        and not (set(parent.noun) & set(child.noun))
        and (r.child, r.column) in told.gaps
    )
    said = _find_said(r, told.natures)
    return not (listed or _has_word(said, lexicon.POINTER | lexicon.NOT_THEIRS) or _is_maker(said))


_USED = frozenset({"signature", "credential", "preference", "setting", "dashboard", "territory"})
"""What is somebody's own, and is used by rows that need not be theirs: a letter, and the signature under it."""

_KEPT_APART = frozenset({"preference", "profile", "signature", "credential"})
"""What is kept for each in a table of its own, to which they point."""


def _is_address(n: Nature) -> bool:
    """Whether rows are addresses and the like: a message is none, though it may be called *email*."""
    return n.head_in(lexicon.ADDRESSLIKE) and not ("free_text" in n.held and not n.held & lexicon.ADDRESS)


def _is_called_after(child: Nature, parent: Nature) -> bool:
    """Whether the name of a table begins with that of another: the items of an order."""
    mine, theirs = "".join(child.noun), "".join(parent.noun)
    return len(mine) > len(theirs) and mine.startswith(theirs)


def _draw_shares(
    natures: Mapping[str, Nature], references: Sequence[DraftReference], owned: set[str]
) -> list[DrawnEdge]:
    """Return the edges from a person, or what is theirs, to a row of their own that they point to: an address."""
    found = []
    others = {r.parent for r in references if r.child not in owned and r.child != r.parent}
    for r in references:
        n = natures[r.parent]
        apart = r.parent not in owned or _is_called_after(
            n, natures[r.child]
        )  # the addresses of carts are those of carts
        is_theirs = apart and r.child in owned and r.child != r.parent and not n.is_party
        kept = n.head_in(_KEPT_APART)
        if is_theirs and (kept or (n.personal and not _is_shared(n) and (_is_address(n) or not n.noun))):
            found.append(
                _make_edge(
                    r,
                    "owns",
                    # What nobody owns may have an address there as well; settings may be shared.
                    0.75 if r.parent in others | owned or not n.personal else 0.9,
                    f"it points to what says something of the person who has it ({n.personal[0]})"
                    if n.personal
                    else f'it points to what is kept for each ("{n.noun[-1]}")',
                )
            )
    return found


def _draw_trees(
    natures: Mapping[str, Nature],
    references: Sequence[DraftReference],
    edges: Sequence[DrawnEdge],
    gaps: frozenset[tuple[str, str]],
) -> list[DrawnEdge]:
    """Return the edges of tables that are trees, in which a row without an owner is whose the row above it is.

    Where each row names its owner nothing passes along: an answer is not theirs to whose words it is one.
    """
    found = []
    for r in references:
        owning = [edge for edge in edges if edge.table == r.child and edge.kind == "owned_by"]
        bare = owning and all(any((r.child, own) in gaps for _, own in edge.on) for edge in owning)
        up = bool({"parent", "super", *natures[r.child].noun[-1:]}.intersection(split_words(r.bare or r.column)))
        up = up and not _has_word(_find_said(r, natures), lexicon.POINTER | lexicon.NOT_THEIRS)
        if (
            r.child == r.parent
            and up
            and bare
            and not natures[r.child].is_party
            and not natures[r.child].head_in(_WRITTEN)
        ):
            edge = _make_edge(r, "owned_by", 0.7, "a row that names no owner is whose the row above it is")
            found.append(replace(edge, through=True))
    return found


_SHARING = frozenset(
    {"share", "access", "permission", "viewer", "watcher", "follower", "participant", "collaborator", "attendee"}
)


def _draw_links(
    natures: Mapping[str, Nature], references: Sequence[DraftReference], edges: Sequence[DrawnEdge]
) -> list[DrawnEdge]:
    """Return the edges by which whoever a link names sees what it links to, which is somebody else's."""
    owned = {edge.table for edge in edges if edge.kind == "owned_by"}
    named = {edge.table for edge in edges if edge.kind == "owned_by" and natures[edge.to].is_person}
    return [
        _make_edge(r, "accesses", 0.7, "the row lets whom it names see it")
        for r in references
        if r.child in named and r.parent in owned and r.parent != r.child and set(natures[r.child].noun) & _SHARING
    ]


def _draw_beside(edge: DrawnEdge) -> DrawnEdge:
    """Return an edge to a member of staff, on a row that turned out to belong to what is somebody else's."""
    return replace(
        edge, kind="names", sure=min(edge.sure, 0.7), because=f"{edge.because}, yet it belongs to another row"
    )


def _make_edge(r: DraftReference, kind: str, sure: float, because: str) -> DrawnEdge:
    sure = sure if r.fk else min(sure, r.sure)
    return DrawnEdge(r.child, kind, r.parent, r.on, round(sure, 2), f"{r.because}; {because}", r.when)


def _is_of_buyers(n: Nature) -> bool:
    """Whether a table is one of those who buy from the firm, and no address book: contacts, members."""
    return bool(n.noun) and n.noun[-1] in {"customer", "client", "kunde", "klant", "patient"}
