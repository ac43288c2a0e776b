"""A table of call records in monthly partitions, on PostgreSQL."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from bench.databases import ask, tell

ROWS = 50_000  # in each partition
_MONTHS = [(2018 + n // 12, 1 + n % 12) for n in range(25)]

ARCHIVE_TODAY = date(2025, 9, 15)
ARCHIVE_WHOLLY_DUE = [f"call_archive_{year}_{month:02}" for year, month in _MONTHS[:20]]
"""The partitions that six years before `ARCHIVE_TODAY` lie wholly behind; the next one is due in part."""


def make_archive(url: str) -> None:
    """Make the table anew."""
    columns = "id bigint, caller varchar(20), callee varchar(20), started_at timestamp, seconds integer"
    whole = f"({columns}, PRIMARY KEY (id, started_at)) PARTITION BY RANGE (started_at)"
    texts = ["DROP TABLE IF EXISTS call_archive", f"CREATE TABLE call_archive {whole}"]
    for (year, month), (next_year, next_month) in pairwise(_MONTHS):
        first, end = f"{year}-{month:02}-01", f"{next_year}-{next_month:02}-01"
        part = f"call_archive_{year}_{month:02}"
        texts.append(f"CREATE TABLE {part} PARTITION OF call_archive FOR VALUES FROM ('{first}') TO ('{end}')")
        moment = f"timestamp '{first}' + n * interval '48 seconds'"
        rows = f"SELECT n, '', '', {moment}, 60 FROM generate_series(1, {ROWS}) AS s(n)"
        texts.append(f"INSERT INTO {part} {rows}")
    tell(url, *texts, "ANALYZE call_archive")


def partitions(url: str) -> frozenset[str]:
    """Return the names of the partitions that are there."""
    found = ask(url, "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'call_archive'::regclass")
    return frozenset(str(row[0]) for row in found)
