"""One real application, connected as its owner would connect it, taken over at `ACCEPT`, and judged."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlalchemy as sa

from tests.draft.real import source as sources
from tests.draft.real.answers import OWNERSHIP, Edge, RealAnswers, expanded, load, strange_names
from tests.draft.real.fill import fill, reflect
from tests.draft.real.said import TURNED, Said, accepted, guessed, turned
from tests.draft.real.whose import Rows, merges, read_rows, takes
from tests.draft.schemas.answers import foreign_keys
from tests.draft.scoring import Score

ACCEPT = 0.9
JUDGED = ("people", "organisations", "identity", "opaque")
FREE = frozenset({"belongs_to", "names"})  # words that give nobody anything: fair for any reference


@dataclass(frozen=True)
class Measured:
    """What is found about one application.

    ``scores``: question -> score of what was accepted; "edges shown ..." of all guesses. ``taken``: accepted edges that
    make another person's rows somebody's, in words. ``calibration``: (confidence, right) of each judged guess.
    """

    set: str
    name: str
    about: str
    database: str
    tables: int
    keys: int
    errors: int
    scores: Mapping[str, Score]
    taken: tuple[str, ...]
    calibration: tuple[tuple[float, bool], ...] = field(repr=False)


Connect = Callable[[str, str, str], Path]  # name, url, country -> the system's file, guesses beside it
Accept = Callable[[str, Path], int]  # name, policy -> mistakes in the map with the guesses taken over


def measure(folder: Path, empty: Callable[[str, str], str], connect: Connect, accept: Accept) -> Measured:
    """Build, fill, connect and judge. Raises CannotFetchError where the application cannot be had here."""
    source, answers = sources.load(folder), load(folder)
    url = empty(source.database, folder.name.replace("-", "_"))
    sources.build(source, url)
    engine = sa.create_engine(url, hide_parameters=True)
    tables = reflect(engine).tables
    answers = expanded(answers, tables)
    unknown = sorted(strange_names(answers, tables))
    if unknown:
        raise ValueError(f"{folder.name}: the answers name what the schema does not have: {', '.join(unknown)}")
    metadata = fill(engine, answers, source.says)
    rows = read_rows(engine, metadata)
    engine.dispose()
    file = connect(folder.name.replace("-", "_"), url, answers.country)
    keys = foreign_keys(metadata)
    shown = _known(guessed(file), answers, keys)
    errors = accept(file.stem, file.parent.parent)
    said = accepted(file)
    taken = _known(said, answers, keys)
    return Measured(
        set=folder.parent.name,
        name=folder.name,
        about=source.about,
        database=source.database,
        tables=len(metadata.tables),
        keys=len(keys),
        errors=errors,
        scores=_scores(answers, taken, shown, keys),
        taken=tuple(_taken(answers, rows, said, keys)),
        calibration=tuple(_judged(answers, shown, keys)),
    )


def _taken(answers: RealAnswers, rows: Rows, said: Sequence[Said], keys: Collection[Edge]) -> Iterator[str]:
    """Yield what makes another person's rows somebody's, in words."""
    for one in takes(answers, rows, said, lambda one: bool(is_right(answers, _known([one], answers, keys)[0]))):
        yield f"{_edge(one.said)}: {one.rows} rows of others"
    for one in merges(answers, rows, said):
        yield f"{one.said.about} as identity {one.said.word}: {one.rows} rows count as somebody whom they are not"


def _known(said: Iterable[Said], answers: RealAnswers, keys: Collection[Edge]) -> list[Said]:
    known = {*answers.edges, *keys}
    return [_lessened(turned(one, known), answers) for one in said]


def _lessened(one: Said, answers: RealAnswers) -> Said:
    """Return an edge of more columns than the answers ask for (a tenant's beside a name) as the one that they know."""
    if one.what != "edge" or one.about in answers.edges or "+" not in one.about[0]:
        return one
    for pair in zip(one.about[0].split("+"), one.about[1].split("+"), strict=True):
        for edge in (pair, (pair[1], pair[0])):
            if edge in answers.edges:
                return replace(one, about=edge, word=one.word if edge == pair else TURNED.get(one.word, one.word))
    return one


# --- right or wrong ------------------------------------------------------------------------------------------


def is_right(answers: RealAnswers, one: Said, keys: Collection[Edge] = ()) -> bool | None:
    """Return whether a piece is right; None where either would be fair. ``keys``: what the database enforces."""
    if one.what == "identity":
        return _is_right_identity(answers, str(one.about), one.word)
    if one.what == "edge":
        return _is_right_edge(answers, one, keys)
    either = getattr(answers, f"{one.what}_either")
    return None if one.about in either else one.about in getattr(answers, one.what)


def _is_right_identity(answers: RealAnswers, column: str, word: str) -> bool | None:
    fair = answers.identity.get(column)
    if fair is None:
        return None if column in _joining(answers) else False
    return True if word in fair else None if "any" in fair else False


def _joining(answers: RealAnswers) -> set[str]:
    """Return the columns by which two tables of the same people are joined: fair as an identity of both."""
    return {part for edge, words in answers.edges.items() if "same" in words for end in edge for part in end.split("+")}


def _is_right_edge(answers: RealAnswers, one: Said, keys: Collection[Edge]) -> bool:
    edge = (one.about[0], one.about[1])
    fair = answers.edges.get(edge, ("none",))
    if one.word in FREE and "none" in fair:
        return edge in answers.edges or edge in keys  # else it is no reference at all
    when = answers.whens.get(edge)
    if when and one.word not in FREE and when[0] not in one.when:
        return False
    return one.word in fair or ("same" in fair and one.word in OWNERSHIP)


def _is_wanted(words: Sequence[str]) -> bool:
    return words[0] in OWNERSHIP or words[0] == "same"


def _scores(
    answers: RealAnswers, taken: Sequence[Said], shown: Sequence[Said], keys: Collection[Edge]
) -> dict[str, Score]:
    scores = {}
    for what in JUDGED:
        scores[what] = _score(answers, what, taken)
        scores[f"{what} shown"] = _score(answers, what, shown)
    known = {(o.about[0], o.about[1]) for o in (*taken, *shown) if o.what == "edge"} | {*answers.edges}
    for name, with_key in (("with", True), ("without", False)):
        chosen = {edge for edge in known if (edge in keys) is with_key}
        scores[f"edges {name}"] = _edges(answers, taken, chosen)
        scores[f"edges shown {name}"] = _edges(answers, shown, chosen)
    return scores


def _score(answers: RealAnswers, what: str, said: Sequence[Said]) -> Score:
    """Score people, organisations, identities or tables without anything personal."""
    mine = {(one.about, one.word): is_right(answers, one) for one in said if one.what == what}
    judged = {key: right for key, right in mine.items() if right is not None}
    if what == "identity":
        wanted = {column for column, fair in answers.identity.items() if not {"none", "any"} & {*fair}}
    else:
        wanted = set(getattr(answers, what))
    found = {key[0] for key, right in judged.items() if right} & wanted
    errors = tuple(f"wrong {a}: {w}" for (a, w), right in sorted(judged.items()) if not right)
    errors += tuple(f"missed {name}" for name in sorted(wanted - found))
    return Score(sum(judged.values()), len(judged), len(found), len(wanted), errors)


def _edges(answers: RealAnswers, said: Sequence[Said], edges: Collection[Edge]) -> Score:
    """Score the edges that make rows somebody's: those that are said, and those that are right."""
    first: dict[Edge, list[Said]] = {}
    for one in said:
        if one.what == "edge" and one.about in edges:
            first.setdefault((one.about[0], one.about[1]), []).append(one)
    owning = {e: next((o for o in several if o.word in OWNERSHIP), None) for e, several in first.items()}
    judged = {e: is_right(answers, one) for e, one in owning.items() if one}
    wanted = {e for e in edges if e in answers.edges and _is_wanted(answers.edges[e])}
    found = {e for e in wanted if any(is_right(answers, o) for o in first.get(e, ()))}
    errors = tuple(f"wrong {_edge(owning[e])}, not {_fair(answers, e)}" for e, ok in sorted(judged.items()) if not ok)
    errors += tuple(f"missed {e[0]} -> {e[1]}: {_fair(answers, e)}" for e in sorted(wanted - found - set(judged)))
    return Score(sum(map(bool, judged.values())), len(judged), len(found), len(wanted), errors)


def _edge(one: Said | None) -> str:
    return f"{one.about[0]} -> {one.about[1]}: {one.word}{' when ' + one.when if one.when else ''}" if one else ""


def _fair(answers: RealAnswers, edge: Edge) -> str:
    when = answers.whens.get(edge)
    return " or ".join(answers.edges.get(edge, ("none",))) + (f" when {when[0]} = '{when[1]}'" if when else "")


def _judged(answers: RealAnswers, shown: Sequence[Said], keys: Collection[Edge]) -> Iterator[tuple[float, bool]]:
    """Yield (confidence, right) of the guesses that can be right or wrong."""
    for one in shown:
        right = is_right(answers, one, keys)
        if right is not None:
            yield one.sure, right
