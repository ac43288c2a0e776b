"""Two databases that are large, one by its tables and one by its rows: what `bailee connect` costs there."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

TABLES, KEYS_EACH = 200, 3
ROWS = 2_000_000
MAY_TAKE = 3.0  # seconds
TRIES = 3  # of which the quickest counts: other work on the machine is not what is measured

# The rows are as unlike each other as those of a mailing archive, so that a look at few of them says little.
_ARCHIVE = """
create table contact (id integer primary key, email text not null, full_name text);
insert into contact select n, 'person' || n || '@post.example', 'Person ' || n from generate_series(1, 20000) n;
create table delivery (
  id integer primary key, contact_id integer, recipient text, subject text, body text, sent_at timestamptz
);
insert into delivery select n, 1 + n % 20000, 'person' || (1 + n % 20000) || '@post.example',
  'Letter ' || n, repeat('a word ', 20), timestamptz '2020-01-01' + n * interval '1 minute'
  from generate_series(1, {rows}) n;
analyze
"""


@dataclass(frozen=True)
class Large:
    """What was connected, how long it took, and how much of it was read."""

    what: str
    seconds: float
    may_take: float
    read: str = ""
    share: float = 0.0  # of the pages of the large table

    @property
    def is_slow(self) -> bool:
        """Whether it took longer than it may."""
        return self.seconds > self.may_take

    @property
    def reads_much(self) -> bool:
        """Whether more than a hundredth of a large table was read."""
        return self.share > 0.01


Connect = Callable[[str, str, Path], tuple[Path, float]]


def measure(empty: Callable[[str], str], connect: Connect, here: Path) -> list[Large]:
    """Return the two measures. ``empty`` makes an empty PostgreSQL database and returns its URL."""
    return [_many_tables(empty("wide"), connect, here), _many_rows(empty("deep"), connect, here)]


def _many_tables(url: str, connect: Connect, here: Path) -> Large:
    chance = random.Random(7)
    statements = list[str]()
    for n in range(TABLES):
        parents = [chance.randrange(n) for _ in range(KEYS_EACH)] if n else [0] * KEYS_EACH
        keys = ", ".join(f"t{p}_id_{i} integer references thing_{p} (id)" for i, p in enumerate(parents))
        statements.append(
            f"create table thing_{n} (id integer primary key, name varchar(80), email varchar(120), "
            f"created_at timestamp, amount numeric(10,2), {keys})"
        )
        statements.append(
            f"insert into thing_{n} select n, 'name ' || n, 'p' || n || '@post.example', now(), n "
            f"from generate_series(1, 200) n"
        )
    _execute(url, [*statements, "analyze"])
    seconds = min(connect(f"wide-{n}", url, here)[1] for n in range(TRIES))
    return Large(f"{TABLES} tables with {TABLES * KEYS_EACH} foreign keys", round(seconds, 2), MAY_TAKE)


def _many_rows(url: str, connect: Connect, here: Path) -> Large:
    _execute(url, _ARCHIVE.format(rows=ROWS).split(";"))
    _execute(url, ["select pg_stat_reset()"])
    _, seconds = connect("deep", url, here)
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows, pages, of = connection.execute(
            sa.text(
                "select s.seq_tup_read + coalesce(s.idx_tup_fetch, 0), io.heap_blks_read + io.heap_blks_hit, "
                "pg_relation_size('delivery') / 8192 from pg_stat_user_tables s "
                "join pg_statio_user_tables io using (relid) where s.relname = 'delivery'"
            )
        ).one()
    engine.dispose()
    read = f"{rows:,} rows and {pages:,} of {of:,} pages read"
    return Large(f"a table of {ROWS:,} rows", round(seconds, 2), MAY_TAKE, read, pages / of)


def _execute(url: str, statements: list[str]) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
