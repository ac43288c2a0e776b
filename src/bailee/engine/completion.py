"""A plan comes to its end here: its files go, the outcome is recorded, and of the case stays what is still needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from bailee.connectors.base import NoSuchName
from bailee.engine import ledger_entries
from bailee.engine.cases import KEPT, SETTLING, SealedCase, load_case, save_case, save_case_later, strip_case
from bailee.engine.journal import OUTCOME, Journal
from bailee.engine.people import open_session
from bailee.engine.results import ApplyResult, FileDeletions, Residual
from bailee.engine.shared_files import find_named_files
from bailee.engine.step_counts import find_next_release
from bailee.engine.systems import Systems
from bailee.plan import PlanDocument
from bailee.trace import Batch, KnownValue, Ref
from bailee.trace.set_names import SetKind


def delete_files(systems: Systems, case: SealedCase) -> FileDeletions:
    """Delete the files of the case that no row names any more."""
    gone, settled, left, why = 0, case.settled, list[tuple[str, str]](), dict[str, None]()
    named = find_named_files(systems, case.files)
    for store, name in case.files:
        if (store, name) in named:
            continue
        try:
            gone += systems.file_stores[store].delete(name)
            settled += 1
        except NoSuchName as refused:  # nothing of ours lies there, so nothing is left behind
            why[f"{store}: {refused}"] = None
        except OSError as error:
            left.append((store, name))
            why[f"{store}: {error}"] = None
    return FileDeletions(gone, tuple(left), tuple(why), settled)


def list_remaining_files(systems: Systems, case: SealedCase) -> Iterator[tuple[str, str]]:
    """Yield the files of the case that are there, and that no row names."""
    named = find_named_files(systems, case.files)
    for store, name in case.files:
        if (store, name) not in named:
            with suppress(OSError):  # it is not there, and no file can have such a name
                systems.file_stores[store].open(name).close()
                yield store, name


def close_case(
    systems: Systems, plan: PlanDocument, case: SealedCase, files: FileDeletions, applied: ApplyResult, journal: Journal
) -> None:
    """Record the outcome, keep what a later run or plan needs, and destroy the rest. With files left it is not over."""
    if files.left:
        save_case_later(systems.store, replace(case, files=files.left, settled=files.settled))
        return
    journal.begin_step(OUTCOME)
    became = [(o.system, o.change, o.collection, o.fate, o.count, o.laws) for o in applied.outcomes]
    left = sum_by_system(applied.residuals)
    ledger_entries.record_outcome(systems, plan, case, became, left, files.settled, applied.standing)
    for absorbed in case.absorbs:  # first: whatever they kept stands in this case too
        _destroy_absorbed(systems, absorbed)
    if applied.settling or any(case.kept.values()):
        case = replace(case, stayed=tuple(_find_remaining_rows(systems, case)))
    willed = case.made_at if case.despite == "erasure they asked for" else case.willed
    case = replace(case, absorbs=(), release_on=find_next_release(plan), willed=willed)
    if applied.settling:
        save_case_later(systems.store, replace(case, stage=SETTLING))
    else:
        end_case(systems, case)
    journal.end_step(OUTCOME)


def sum_by_system(residuals: tuple[Residual, ...]) -> Mapping[str, int]:
    """Return how many rows are left in each system."""
    found = Counter[str]()
    for one in residuals:
        found[one.system] += one.count
    return found


def _destroy_absorbed(systems: Systems, absorbed: str) -> None:
    """Destroy a case whose kept rows are now another's; one that is yet to settle loses them, and stays to be seen."""
    if absorbed not in {*systems.store.cases()}:
        return  # an earlier run that was cut short has done it
    case = load_case(systems.store, absorbed)
    if case.stage == SETTLING:
        save_case(systems.store, replace(case, kept={}))
    else:
        systems.store.destroy(absorbed)


def end_case(systems: Systems, case: SealedCase) -> None:
    """Keep of a case that is over the persons of whom something is kept and the keys of that, if there is anything."""
    kept = {system: changes for system, changes in case.kept.items() if changes}
    if not kept:
        save_case_later(systems.store, strip_case(case))
        return
    known = [  # to the day: who has her number next is not she
        KnownValue(k.person, k.attribute, k.value, k.since, k.until or case.made_at, k.source) for k in case.known
    ]
    bare = SealedCase(
        case.id, KEPT, case.plan, salt=case.salt, asked=case.asked, confirmed=case.confirmed, customer=case.customer,
        subjects=tuple(s for s in case.subjects if s.ref in case.stayed), known=tuple(known), kept=kept,
        release_on=case.release_on, willed=case.willed, left=case.left,
    )  # fmt: skip
    save_case_later(systems.store, bare)


def _find_remaining_rows(systems: Systems, case: SealedCase) -> Iterator[Ref]:
    """Yield the subject rows that stayed: the key of one that went may be given to somebody else."""
    for system in {s.ref.system: None for s in case.subjects}:
        trace = systems.trace(system)
        with open_session(systems, system, trace, write=False) as session:
            session.begin(Batch(case.subjects))
            for name, row_set in trace.sets.items():
                if row_set.given and name.kind is SetKind.OWN:
                    yield from (Ref(system, row_set.collection, key) for key in session.keys(name))


def list_media(systems: Systems, per_system: Iterable[str]) -> Iterator[str]:
    """Yield where the bytes that were there live on in ``per_system``, in which rows were changed, and until when."""
    for system in per_system:
        yield f"{system}: {systems.schemas[system].kind.media}; backups, until they run out"
