"""What the ledger is told: of each plan the intent before the first row changes, and the outcome when it is over.

An entry is sealed as an opening first and appended then; a run that comes after one that was killed between the two
finds the opening, and appends what it says if the log does not have it. So each is there once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bailee import ledger
from bailee.engine import high_water
from bailee.engine.cases import PLANNED, SEALED, SETTLING, SealedCase, list_case_places, load_case
from bailee.engine.plans import NotAllowed
from bailee.engine.results import RemainingValue, WhyRemaining
from bailee.engine.systems import Systems
from bailee.ledger import AuditFinding, Checkpoint, LedgerError, Log, Opening, Signer, Verifier, receipt, tiles, tree
from bailee.plan import Law, PlanDocument
from bailee.policy import Policy
from bailee.store.backends import remember_reads
from bailee.store.sealed_store import StateError, Store
from bailee.trace.check.coverage import find_not_looked_at
from bailee.trace.coverage import read_coverage, write_coverage
from bailee.vault import VaultError

FORMAT = receipt.SEALED_SINCE

_OPENINGS, _ENTRIES, _KEYS, _KEY = "openings", "entries", "keys", "ledger"

StepOutcomeRow = tuple[str, str, str, str, int, tuple[str, ...]]
"""System, change, collection, fate, rows, holds."""


def find_ledger_folder(store: Store) -> Path:
    """Return the folder of the log: all in it may be published."""
    return store.folder / "ledger"


def list_entry_places(plan: PlanDocument) -> list[tuple[str, str]]:
    """Return where in the books stands what is asked for when ``plan`` is carried out, and its receipt handed out."""
    openings = [(_OPENINGS, f"{plan.case}-{kind}") for kind in ("intent", "outcome", "settled")]
    return [*list_case_places(plan.case), (_KEYS, _KEY), *high_water.PLACES, *openings]


# --- writing -------------------------------------------------------------------------------------------------


def record_intent(systems: Systems, plan: PlanDocument) -> None:
    """Record what is about to be done, once. Raises `LedgerError` or `StateError`: then nothing may be destroyed."""
    per_system = [
        {
            "system": part.system,
            "schema": part.schema,
            "changes": [
                {"change": s.change, "collection": s.collection, "fate": s.fate, "rows": s.count, "at_most": s.bound}
                for s in part.steps
            ],
        }
        for part in plan.systems
    ]
    entry = {**_write_head(systems, plan, "intent"), "policy": plan.policy, "systems": per_system, "files": plan.files}
    log = open_log(systems)
    _append_once(systems.store, log, f"{plan.case}-intent", Opening(ledger.canonical(entry), log.checkpoint.size))


def record_outcome(
    systems: Systems,
    plan: PlanDocument,
    case: SealedCase,
    became: Iterable[StepOutcomeRow],
    residual: Mapping[str, int],
    files: int,
    standing: Iterable[RemainingValue] = (),
) -> None:
    """Record what became of ``plan``, once; raises `LedgerError` or `StateError`.

    ``residual``: system -> rows that are still to be done. ``files`` lie there no more. ``standing``: where values that
    the person was known by still are.
    """
    still = tuple(standing)
    log, rows = open_log(systems), list(became)
    intent = _find_index(systems.store, log, f"{plan.case}-intent")
    told = {(s.system, step.change): {law.hold: law for law in step.laws} for s in plan.systems for step in s.steps}
    per_system = [
        {
            "system": name,
            "became": [_write_outcome(systems, row, told) for row in rows if row[0] == name],
            "residual": left,
            "not_looked_at": write_coverage(
                find_not_looked_at(systems.maps[name], [r[2] for r in rows if r[0] == name and r[4]])
            ),
        }
        for name, left in residual.items()
    ]
    _add_remaining(per_system, still)
    tags, keys = _bind_persons(case)
    entry = {
        **_write_head(systems, plan, "outcome"), "intent": intent, "systems": per_system, "files": files,
        "clean": not any(residual.values()) and not _has_copies(per_system) and not _has_unkept(per_system),
        "persons": tags, **_count_left_out(plan),
    }  # fmt: skip
    opening = Opening(ledger.canonical(entry), log.checkpoint.size, keys=keys)
    _append_once(systems.store, log, f"{plan.case}-outcome", opening)


def _add_remaining(systems: list[dict[str, Any]], standing: Iterable[RemainingValue]) -> None:
    """Say in each of ``systems``, and in those that the plan changes nothing in, where a value still is."""
    for one in standing:
        part = next((part for part in systems if part["system"] == one.system), None)
        if part is None:
            part = {"system": one.system, "became": [], "residual": 0}
            systems.append(part)
        part.setdefault("standing", []).append(
            {"collection": one.collection, "column": one.column, "rows": one.count, "why": one.why.value}
        )


def _has_unkept(systems: Iterable[Mapping[str, Any]]) -> bool:
    return any(one["why"] == WhyRemaining.UNKEPT for part in systems for one in part.get("standing", ()))


def read_remaining_values(store: Store, case: str) -> tuple[RemainingValue, ...]:
    """Return where values that the person was known by still were when the plan of ``case`` had been carried out."""
    opening = _read_opening(store, f"{case}-outcome")
    return tuple(
        RemainingValue(part["system"], one["collection"], one["column"], one["rows"], WhyRemaining(one["why"]))
        for part in (opening.content["systems"] if opening else ())
        for one in part.get("standing", ())
    )


def record_recheck(
    systems: Systems,
    plan: PlanDocument,
    case: SealedCase,
    residual: Mapping[str, int | None],
    strangers: Mapping[str, int],
    acted: int,
) -> None:
    """Record what the look after settling found, once; raises `LedgerError` or `StateError`.

    ``residual``: system -> rows of the person that are there again, ``None`` where the same look was not possible any
    more. ``strangers``: rows under her keys that nothing says are hers. ``acted``: rows that had come back and were
    dealt with again. The entry repeats what became of the rows, so that one receipt tells the whole.
    """
    log = open_log(systems)
    outcome, index = (
        _read_opening(systems.store, f"{plan.case}-outcome"),
        _find_index(systems.store, log, f"{plan.case}-outcome"),
    )
    assert outcome is not None
    said = outcome.content
    per_system = [
        {
            **part,
            "residual": residual.get(part["system"], part["residual"]),
            "strangers": strangers.get(part["system"], 0),
        }
        for part in said["systems"]
    ]
    tags, keys = _bind_persons(case)
    entry = {
        **_write_head(systems, plan, "settled"), "intent": said["intent"], "outcome": index, "systems": per_system,
        "files": said["files"], "acted": acted, "persons": tags, **_count_left_out(plan),
        "clean": not any(residual.values())
        and None not in residual.values()
        and not _has_copies(per_system)
        and not _has_unkept(per_system),
    }  # fmt: skip
    _append_once(
        systems.store, log, f"{plan.case}-settled", Opening(ledger.canonical(entry), log.checkpoint.size, keys=keys)
    )


def _count_left_out(plan: PlanDocument) -> dict[str, int]:
    """Return how many persons were refused, and how many matches nobody has confirmed; what is none is not said."""
    counts = {"refused": len(plan.refused_persons), "to_confirm": plan.unconfirmed}
    return {what: count for what, count in counts.items() if count}


def _has_copies(systems: Iterable[Mapping[str, Any]]) -> bool:
    """Whether something is known to keep a copy of what the systems' rows had: then nobody says that it is gone."""
    return any(read_coverage(one).copies for one in systems)


def _bind_persons(case: SealedCase) -> tuple[Any, Mapping[int, bytes]]:
    """Return the tags that bind an entry to the persons of a case, and the keys of these tags."""
    persons: dict[int, list[tuple[str, str]]] = {}
    for person, attribute, value in case.asked:
        persons.setdefault(person, []).append((attribute, value))
    return ledger.bind(persons)


def _write_head(systems: Systems, plan: PlanDocument, kind: str) -> dict[str, Any]:
    at = systems.now.astimezone(UTC).isoformat()
    return {
        "bailee-entry": FORMAT, "kind": kind, "at": at, "firm": systems.policy.firm.name,
        "plan": plan.digest, "right": plan.kind, "about": plan.subject,
    }  # fmt: skip


def _write_outcome(
    systems: Systems, row: StepOutcomeRow, told: Mapping[tuple[str, str], Mapping[str, Law]]
) -> dict[str, Any]:
    system, change, collection, fate, count, holds = row
    planned = told.get((system, change), {})
    known = (planned.get(h) or Law(h, systems.policy.holds[h].law) for h in holds)
    laws = [{"hold": law.hold, "law": law.law, "until": law.until} for law in known]
    return {"change": change, "collection": collection, "fate": fate, "rows": count, "laws": laws}


def _append_once(store: Store, log: Log, name: str, new: Opening) -> None:
    """Append ``new`` to the log, or what an earlier run had sealed under ``name``, unless the log has it."""
    opening = _read_opening(store, name)
    if opening is None:
        opening = new
        store.put(_OPENINGS, name, _dump_opening(opening))
    index = log.find(opening.commitment, opening.after)
    if index is None:
        index = log.append([opening.commitment])
    store.put_later(_ENTRIES, str(index), {"opening": name})  # so that a screen finds what an entry says


# --- the key and the openings --------------------------------------------------------------------------------


def open_log(systems: Systems) -> Log:
    """Return the log, begun if there never was one. Raises `LedgerError`, `StateError`."""
    state, folder = systems.store, find_ledger_folder(systems.store)
    if _is_new(state):
        signer = Signer(_make_origin(systems.policy), secrets.token_bytes(32))
        state.put(_KEYS, _KEY, {"key": signer.to_text(), "begun": False})
    signer, begun = _load_signer(state)
    if not begun:  # once: a log that is lost later is not begun again under the same key
        ledger.create(folder, signer)
        state.put(_KEYS, _KEY, {"key": signer.to_text(), "begun": True})
    return Log(folder, signer)


def _is_new(store: Store) -> bool:
    """Whether there never was a ledger: neither key, nor log, nor anything that was recorded in one."""
    return store.get(_KEYS, _KEY) is None and not find_ledger_folder(store).exists() and not any(store.names(_OPENINGS))


def _make_origin(policy: Policy) -> str:
    """Return a name for a new log, like no other's: the firm's domain, and something random."""
    domain = policy.firm.controller.email.rpartition("@")[2].strip().lower() or "bailee.invalid"
    return f"{domain}/ledger/{secrets.token_hex(4)}"


def _load_signer(store: Store) -> tuple[Signer, bool]:
    """Return the log's key, and whether the log has been begun with it."""
    kept = store.get(_KEYS, _KEY)
    if kept is None:
        raise LedgerError("L609", "the ledger's key is missing", "put the books back: no other key will do")
    return ledger.signer_of(kept["key"]), bool(kept["begun"])


def read_public_key(store: Store) -> str:
    """Return the log's public key as the firm publishes it, empty where there is no ledger yet."""
    return "" if store.get(_KEYS, _KEY) is None else str(_load_signer(store)[0].verifier)


def _dump_opening(opening: Opening) -> dict[str, Any]:
    return {"entry": opening.entry, "after": opening.after, "salt": opening.salt, "keys": dict(opening.keys)}


def _read_opening(store: Store, name: str) -> Opening | None:
    kept = store.get(_OPENINGS, name)
    return None if kept is None else Opening(kept["entry"], kept["after"], kept["salt"], kept["keys"])


def _find_index(store: Store, log: Log, name: str) -> int:
    opening = _read_opening(store, name)
    index = None if opening is None else log.find(opening.commitment, opening.after)
    if index is None:
        raise LedgerError("L604", "the ledger has lost an entry of this plan", "see what bailee ledger verify finds")
    return index


# --- receipts ------------------------------------------------------------------------------------------------


def hand_out_receipt(systems: Systems, plan: PlanDocument, write: Callable[[str], None]) -> None:
    """Give the receipt of what became of ``plan`` to ``write``, then strike from the books the key that binds it.

    It is about the last that the ledger has of the plan: the look after settling, if there was one, else the outcome.
    From then on that key stands in the receipt alone: one that is made again shows what was done, and no longer about
    whom. Raises `NotAllowed` where there is none yet, or it would show one person what was done about another;
    `LedgerError`, `StateError`.
    """
    with systems.store.alone(about=list_entry_places(plan)):
        names = [f"{plan.case}-settled", f"{plan.case}-outcome"]
        known = [(name, opening) for name in names if (opening := _read_opening(systems.store, name)) is not None]
        if not known:
            raise NotAllowed("there is no receipt: the ledger has no outcome of this plan", "apply it to its end first")
        name, opening = known[0]
        if len(opening.content["persons"]) > 1:
            raise NotAllowed("a receipt is for one person, and this plan is about several", "make a plan for each")
        log, (signer, _) = open_log(systems), _load_signer(systems.store)
        index = _find_index(systems.store, log, name)
        write(receipt.write(find_ledger_folder(systems.store), signer, opening, index, opening.keys.get(0)))
        for name, opening in known:
            if opening.keys:
                systems.store.put_later(_OPENINGS, name, _dump_opening(replace(opening, keys={})))
        systems.store.write_waiting()


# --- forgetting ----------------------------------------------------------------------------------------------


def forget_openings(store: Store, before: date) -> int:
    """Destroy the openings of entries made before the day ``before`` (UTC); return how many that were.

    Their leaves stay and mean nothing any more; receipts that were handed out hold as before. What a plan that is
    under way still needs is left.
    """
    gone = 0
    indexes = {known["opening"]: index for index in store.names(_ENTRIES) if (known := store.get(_ENTRIES, index))}
    for name in list(store.names(_OPENINGS)):
        opening = _read_opening(store, name)
        old = opening is not None and datetime.fromisoformat(opening.content["at"]).date() < before
        if old and not _can_be_pending(store, name):
            if name in indexes:
                store.put(_ENTRIES, indexes[name], {"opening": name, "forgotten": True})
            store.remove(_OPENINGS, name)
            gone += 1
    return gone


# --- looking -------------------------------------------------------------------------------------------------


def inspect_ledger(store: Store, older: str | None = None) -> tuple[str, int, tuple[AuditFinding, ...]]:
    """Return the public key of the log, how many entries it has, and all that is wrong with it.

    Others may append meanwhile: nothing that they do between two reads is a finding. ``older``: a checkpoint that was
    kept elsewhere. Raises `LedgerError`, `StateError`.
    """
    if _is_new(store):
        raise _make_not_begun()
    folder = find_ledger_folder(store)
    verifier = _load_begun_signer(store).verifier
    head, findings = ledger.audit(folder, verifier, older)
    if head is None:
        return str(verifier), 0, findings
    return str(verifier), head.size, (*findings, *_compare_with_books(store, verifier, head.size))


def _make_not_begun() -> LedgerError:
    return LedgerError("L603", "there is no ledger yet", "it begins with the first plan that is applied")


def _load_begun_signer(store: Store) -> Signer:
    """Return the log's key. Raises `LedgerError`, also where somebody is only about to begin the log."""
    is_used = any(store.names(_OPENINGS))  # asked first: an opening comes after the key is known to have begun a log
    signer, begun = _load_signer(store)
    if not begun and not is_used:
        try:
            ledger.read_checkpoint(find_ledger_folder(store))
        except LedgerError as error:
            raise _make_not_begun() if error.code == "L603" else error from None
    return signer


def _compare_with_books(store: Store, verifier: Verifier, size: int) -> Iterator[AuditFinding]:
    """Yield where the log, of which ``size`` entries were signed, and the books do not say the same.

    A run puts the opening into the books, then the entry into the log, then the entry's index into the books, and ends
    the case. So what the books say is read after the log where the log has it first, and else before: whatever looks
    as if the log had lost it is looked for again, in the log as it is by then.
    """
    folder = find_ledger_folder(store)
    leaves = dict(tiles.numbered(folder, size))
    openings = _read_openings(store)
    known = {int(index): about for index in store.names(_ENTRIES) if (about := store.get(_ENTRIES, index))}
    found = {*leaves.values()}
    lost = {name: one for name, one in openings.items() if one is not None and one.commitment not in found}
    if lost or any(index >= size for index in known):
        named = {about["opening"] for about in known.values()}
        lost = {name: one for name, one in lost.items() if name in named or not _can_be_pending(store, name)}
        later = ledger.open_checkpoint(ledger.read_checkpoint(folder), verifier).size
        found = {leaf for _, leaf in tiles.numbered(folder, later)}
        lost = {name: one for name, one in lost.items() if one.commitment not in found}
        size = later
    yield from _find_unreadable(openings)
    yield from map(_report_lost, lost.values())
    for index in sorted(index for index in known if index >= size):
        says = f"the books name entry {index}, and the log has {size}: the last ones were taken off"
        yield AuditFinding("shorter", f"entry {index}", says)
    yield from _find_unopened(openings, known, leaves)
    yield from _find_missing_parts(folder, known, size)


def find_unknown_acts(store: Store, connectors: Mapping[str, Any]) -> Iterator[AuditFinding]:
    """Yield what was done that these books do not know: they are out of a backup, and so is the ledger with them.

    Raises `StateError`.
    """
    if lost := high_water.find_lost_file(store):
        yield AuditFinding(
            "restored", str(lost), "the high-water mark is missing: nobody can tell whether books are old"
        )
    missing, silent = high_water.find_missing_and_silent(store, connectors)
    for name in silent:
        says = "it notes plans and does not answer: nobody can tell whether these books are older than what was done"
        yield AuditFinding("not asked", f"system {name!r}", says)
    for done in missing:
        yield AuditFinding("restored", done.where, f"these books are older than what was done: {done}")


def _find_missing_parts(folder: Path, known: Iterable[int], size: int) -> Iterator[AuditFinding]:
    """Yield the parts of tiles that are gone, and that readers of an older checkpoint ask for.

    Every entry was appended by itself (`_append_once`), so each that the books name was the last of a tree once. A part
    goes when its tile is full, and the whole tile is there by then.
    """
    is_whole = cache(lambda name: (folder / name).exists())
    for name in (name for index in sorted(known) if index < size for name in tiles.parts_of(index + 1)):
        whole = name.partition(".p/")[0]
        if not is_whole(whole) and not (folder / name).exists() and not (folder / whole).exists():
            yield AuditFinding("missing", name, "a part of a tile that was published is gone: put a backup of it back")


@dataclass(frozen=True, slots=True)
class LogEntry:
    """An entry of the log. ``says``: what was recorded, ``None`` where its opening is not in these books (any more)."""

    index: int
    commitment: bytes
    says: Mapping[str, Any] | None


def read_head(store: Store) -> tuple[str, Checkpoint, Verifier]:
    """Return the signed checkpoint as its file has it, what it says, and the log's key. Raises `LedgerError`."""
    if _is_new(store):
        raise _make_not_begun()
    note, verifier = ledger.read_checkpoint(find_ledger_folder(store)), _load_signer(store)[0].verifier
    return note, ledger.open_checkpoint(note, verifier), verifier


def read_entries(store: Store, first: int, end: int) -> list[LogEntry]:
    """Return the entries from ``first`` up to, and without, ``end``. Raises `LedgerError`, `StateError`."""
    folder, size = find_ledger_folder(store), read_head(store)[1].size
    indexes = range(max(0, first), min(end, size))
    with remember_reads(store.shelves, (), [(_ENTRIES, str(index)) for index in indexes], alone=False):
        names = {index: known["opening"] for index in indexes if (known := store.get(_ENTRIES, str(index)))}
    with remember_reads(store.shelves, (), [(_OPENINGS, name) for name in names.values()], alone=False):
        openings = {index: _read_opening(store, name) for index, name in names.items()}
    return [
        LogEntry(
            index, tiles.entry_at(folder, index, size), opening.content if (opening := openings.get(index)) else None
        )
        for index in indexes
    ]


def prove_entry(store: Store, index: int, size: int) -> tuple[bytes, ...]:
    """Return the hashes that prove that the log of ``size`` has entry ``index`` (RFC 6962, 2.1.1).

    Raises `LedgerError`.
    """
    return tree.inclusion_proof(index, size, tiles.Tiles(find_ledger_folder(store), size))


def write_proof(store: Store, index: int) -> str | None:
    """Return entry ``index`` as a ``.tlog-proof`` that shows what was done, and not about whom.

    ``None``: its opening is not in these books. Raises `LedgerError`, `StateError`.
    """
    opening = _find_opening(store, index)
    if opening is None:
        return None
    return receipt.write(find_ledger_folder(store), _load_signer(store)[0], opening, index, None)


def _find_opening(store: Store, index: int) -> Opening | None:
    known = store.get(_ENTRIES, str(index))
    return None if known is None else _read_opening(store, known["opening"])


def _find_unreadable(openings: Mapping[str, Opening | None]) -> Iterator[AuditFinding]:
    for name in (name for name, opening in openings.items() if opening is None):
        says = "what an entry says cannot be opened: put the file or the key back"
        yield AuditFinding("tampered", f"openings/{name}", says)


def _report_lost(opening: Opening) -> AuditFinding:
    """Return that the log has no entry for ``opening``, and should: the run that made it came to its end."""
    said = opening.content
    says = f"the {said['kind']} of plan {said['plan'][:12]}, of {said['at']}, is not in the log any more"
    return AuditFinding("missing", f"entry {opening.after} or after", says)


def _find_unopened(
    openings: Mapping[str, Opening | None], known: Mapping[int, Mapping[str, Any]], leaves: Mapping[int, bytes]
) -> Iterator[AuditFinding]:
    """Yield the entries of which nobody can tell what they say.

    An opening that `forget_openings` has destroyed is noted as such before it goes, so ``known`` is read after
    ``openings``; those that earlier versions have destroyed are older than all others.
    """
    opened = {opening.commitment for opening in openings.values() if opening is not None}
    there = {index for index, about in known.items() if about.get("forgotten") or about["opening"] in openings}
    there |= {index for index, leaf in leaves.items() if leaf in opened}
    first = min(there, default=len(leaves))
    for index in leaves:
        if index > first and index not in there:
            says = f"what entry {index} says was taken out of the books, and not by Bailee: put a backup of it back"
            yield AuditFinding("missing", f"the opening of entry {index}", says)


def _read_openings(store: Store) -> Mapping[str, Opening | None]:
    """Return all openings by name, ``None`` for one that does not open."""
    found: dict[str, Opening | None] = {}
    for name in store.names(_OPENINGS):
        try:
            opening = _read_opening(store, name)
        except (StateError, VaultError):
            found[name] = None
            continue
        if opening is not None:
            found[name] = opening
    return found


def _can_be_pending(store: Store, name: str) -> bool:
    case = name.rpartition("-")[0]
    try:
        return load_case(store, case).stage in {PLANNED, SEALED, SETTLING}
    except StateError:
        if case in {*store.cases()}:
            raise
        return False
