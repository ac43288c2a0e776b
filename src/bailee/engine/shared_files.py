"""Files that rows of others name too: erasure leaves them there, and a copy leaves them out.

A file is the same one whatever folder a system reaches it by and however its name is spelled: names are compared as
the paths that they mean.
"""

from __future__ import annotations

import posixpath
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from bailee.connectors.base import Session
from bailee.connectors.files.names import ODD, list_places
from bailee.engine.people import call_system, open_session
from bailee.engine.systems import Systems
from bailee.policy.predicate import NEVER, Predicate
from bailee.trace import Batch
from bailee.trace.schema import ColumnKind

File: TypeAlias = tuple[str, str]
"""A system of files, and a file's name there as a row spells it."""


@dataclass(frozen=True, slots=True)
class _FilesByPath:
    """Files by the paths that they have. ``folded``: by path, where the disk takes no notice of capitals."""

    by_path: Mapping[str, Sequence[File]]
    folded: Mapping[str, Sequence[File]] = field(default_factory=dict)

    def find_meant(self, root: str, text: str) -> Iterator[File]:
        """Yield the files that ``text`` means in a row whose folder is ``root``."""
        for path in list_places(root, text):
            yield from self.by_path.get(path, ())
            if self.folded:
                yield from self.folded.get(_fold_path(path), ())

    def list_below(self, root: str) -> list[str]:
        """Return the plain names, seen from the folder ``root``, of the files that are in it."""
        start = root.rstrip("/") + "/"
        return [path.removeprefix(start) for path in self.by_path if path.startswith(start)]


def _index_files(systems: Systems, files: Iterable[File]) -> _FilesByPath:
    by_path: dict[str, list[File]] = {}
    folded: dict[str, list[File]] = {}
    for store, name in files:
        path = posixpath.join(systems.file_stores[store].path, name)
        if posixpath.normpath(path) != path:
            continue  # a name that is never opened: no file here can have it
        by_path.setdefault(path, []).append((store, name))
        if systems.file_stores[store].folds(name):
            folded.setdefault(_fold_path(path), []).append((store, name))
    return _FilesByPath(by_path, folded)


def _fold_path(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())


def find_named_files(
    systems: Systems,
    files: Iterable[File],
    sessions: Mapping[str, Session] | None = None,
    besides: Callable[[str, str, str], Predicate] | None = None,
) -> frozenset[File]:
    """Return those of ``files`` that rows name, of any collection of any system.

    ``besides``: (system, collection, column) -> what holds of the rows that do not count, asked of the ``sessions`` of
    a search. A system without a session is asked about all its rows. It takes two statements a column, whatever the
    number of rows, and one more for each further 500 files. Raises `ConnectorError`.
    """
    wanted = _index_files(systems, files)
    found: set[File] = set()
    for system, links in _list_links(systems) if wanted.by_path else ():
        with ExitStack() as stack:
            session, where = (sessions or {}).get(system), besides or _match_no_row
            if session is None:
                session, where = stack.enter_context(_open_session(systems, system)), _match_no_row
            for link in links:
                rows = where(system, link.collection, link.column)
                found.update(call_system(system, list, _find_named(session, wanted, link, rows)))
    return frozenset(found)


def _match_no_row(_system: str, _collection: str, _column: str) -> Predicate:
    return NEVER


@contextmanager
def _open_session(systems: Systems, system: str) -> Iterator[Session]:
    with open_session(systems, system, systems.trace(system), write=False) as session:
        session.begin(Batch())
        yield session


@dataclass(frozen=True, slots=True)
class _Link:
    """A column that names files of the folder ``root``. ``is_text``: a name may be spelled in more than one way."""

    collection: str
    column: str
    root: str
    is_text: bool


def _list_links(systems: Systems) -> Iterator[tuple[str, list[_Link]]]:
    for system, m in systems.maps.items():
        links = [
            _Link(
                b.name,
                link.column,
                systems.file_stores[link.root].path,
                b.table.columns[link.column].kind is ColumnKind.TEXT,
            )
            for b in m.bound.values()
            if (link := b.collection.file) is not None
        ]
        if links:
            yield system, links


def _find_named(session: Session, wanted: _FilesByPath, link: _Link, besides: Predicate) -> Iterator[File]:
    """Yield the files that ``link`` names in rows of which ``besides`` does not hold."""
    texts = session.is_named(link.collection, link.column, wanted.list_below(link.root), besides)
    patterns = ("%",) if wanted.folded else ODD
    odd = session.texts_like(link.collection, link.column, patterns, besides) if link.is_text else ()
    for text in chain(texts, odd):
        yield from wanted.find_meant(link.root, text)


__all__ = ["File", "find_named_files"]
