"""DatabaseAccounts of MariaDB, which writes grants out as text, of roles too: they are read here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Any, ClassVar, NamedTuple

from sqlalchemy import URL

from bailee.connectors.base import ConnectorError, Need, Privileges
from bailee.connectors.sql.dialects.accounts import EVERY_RIGHT, TITLES, DatabaseAccounts, GrantSpelling
from bailee.connectors.sql.dialects.failures import guarded
from bailee.connectors.sql.dialects.mariadb.driver import MariadbDriver


class Grant(NamedTuple):
    """A line of ``SHOW GRANTS``: right -> its columns (none: all), and the tables that it is on, ``*`` where all."""

    rights: Mapping[str, tuple[str, ...]]
    schema: str
    table: str
    kind: str  # TABLE, or what kind of routine


_GRANT = re.compile(
    r"GRANT (?P<rights>.+?) ON (?P<kind>PROCEDURE |FUNCTION |PACKAGE (?:BODY )?)?"
    r"(?P<schema>\*|`(?:[^`]|``)*`)\.(?P<table>\*|`(?:[^`]|``)*`) TO "
)
_OWN_ROLE = re.compile(r"GRANT (?P<role>`(?:[^`]|``)*`) TO `(?:[^`]|``)*`@")  # a role's role has no host
_RIGHT = re.compile(r"([A-Z][A-Z ]*[A-Z])(?: \(([^()]*)\))?")
_TABLES = """
SELECT table_schema, table_name FROM information_schema.tables
WHERE table_schema NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')
ORDER BY 1, 2
"""
_ON_ROWS = {"SELECT": "select", "INSERT": "insert", "UPDATE": "update", "DELETE": "delete", "DROP": "truncate"}
_HARMLESS = frozenset(
    (
        *("USAGE", "SHOW VIEW", "SHOW DATABASES", "SHOW CREATE ROUTINE", "PROCESS", "TRIGGER", "REFERENCES", "EVENT"),
        *("LOCK TABLES", "CREATE TEMPORARY TABLES", "BINLOG MONITOR", "REPLICA MONITOR", "SLAVE MONITOR"),
    )
)
_EVERYTHING = "ALL PRIVILEGES"
_SHOWING = frozenset(
    (
        *(_EVERYTHING, "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "REFERENCES", "INDEX", "ALTER"),
        *("CREATE VIEW", "SHOW VIEW", "TRIGGER", "DELETE HISTORY"),
    )
)
"""Rights on tables, of which one is enough to be told that a table is there."""


class MariadbAccounts(DatabaseAccounts):
    """DatabaseAccounts, their roles, and what they may do."""

    here: ClassVar[str] = "SELECT DATABASE(), DATABASE()"

    def privileges(self, cursor: Any, _url: URL) -> Privileges:
        """Return what the grants of the account, of PUBLIC and of its roles give."""
        cursor.execute("SELECT CURRENT_USER(), DATABASE()")
        account, default = cursor.fetchone()
        grants = list(_read_grants(cursor))
        cursor.execute(_TABLES)
        rights: dict[str, frozenset[str]] = {}
        listed = cursor.fetchall()
        for schema, table in listed:
            held = frozenset(
                word for grant in grants if _is_on_table(grant, schema, table) for word in _list_held(grant)
            )
            rights[table if schema == default else f"{schema}.{table}"] = held
        powers = tuple(dict.fromkeys(text for grant in grants for text in _list_powers(grant)))
        schemas = {default, *(schema for schema, _ in listed)}
        partly = frozenset(
            "" if s == default else s for s in schemas if s and not any(_can_show_all(g, s) for g in grants)
        )
        superuser = any(grant.schema == "*" and grant.rights.keys() & {_EVERYTHING, "SUPER"} for grant in grants)
        return Privileges(account, rights, powers, superuser=superuser, sql="SHOW GRANTS", partly=partly)

    def sees_all(self, cursor: Any, schemas: Iterable[str | None]) -> bool:
        """Whether each of these schemas has a grant that shows all its tables."""
        cursor.execute("SELECT DATABASE()")
        ((default,),) = cursor.fetchall()
        grants = list(_read_grants(cursor))
        return all(any(_can_show_all(grant, schema or default) for grant in grants) for schema in {None, *schemas})

    def grants(
        self, name: str, needs: Sequence[Need], passwords: Mapping[str, str], spelling: GrantSpelling
    ) -> Iterator[str]:
        """Yield the SQL of two accounts."""
        quote, literal = spelling.quote, spelling.literal
        for kind in ("reader", "writer"):
            account = f"{quote(f'bailee_{name}_{kind}')}@'%'"
            yield f"-- {TITLES[kind]} Instead of % name the host that it comes from."
            yield f"CREATE USER {account} IDENTIFIED BY {literal(passwords[kind])};"
            yield f"GRANT CREATE TEMPORARY TABLES ON {_quote_every_table(quote, spelling.database)} TO {account};"
            for schema in (
                sorted({spelling.home, *(spelling.schema(need.table) for need in needs)}) if kind == "reader" else ()
            ):
                # Else drift could not tell a table that is gone from one that is hidden, nor see a new one.
                every = _quote_every_table(quote, schema)
                yield f"GRANT REFERENCES ON {every} TO {account};  -- tables are seen, rows are not"
            for need in needs:
                table = spelling.table(need.table)
                if need.seen:
                    if kind == "reader":
                        continue
                    yield f"GRANT REFERENCES ON {table} TO {account};  -- it is seen, its rows are not"
                    continue
                # Without TRIGGER nobody is told which triggers a table has.
                yield f"GRANT SELECT{', TRIGGER' if kind == 'reader' else ''} ON {table} TO {account};"
                if kind == "writer":
                    rights = [*(["INSERT"] if need.inserts else []), *(["DELETE"] if need.deletes else [])]
                    rights += [f"UPDATE ({spelling.columns(need.update)})"] if need.update else []
                    if rights:
                        yield f"GRANT {', '.join(rights)} ON {table} TO {account};"
            yield ""


def _read_grants(cursor: Any) -> Iterator[Grant]:
    """Yield the grants of the account, of PUBLIC, and of every role that the account may set; some come twice."""
    lines = _read_lines(cursor, "SHOW GRANTS")
    with suppress(ConnectorError), guarded(MariadbDriver()):  # before 10.11 there was no PUBLIC
        lines += _read_lines(cursor, "SHOW GRANTS FOR PUBLIC")
    for role in [found["role"] for line in lines if (found := _OWN_ROLE.match(line))]:
        cursor.execute(f"SET ROLE {role}")  # for this conversation, which ends here: else its grants are not told
        lines += _read_lines(cursor, "SHOW GRANTS")
    for line in lines:
        if found := _GRANT.match(line):
            rights = {right: _split_columns(columns) for right, columns in _RIGHT.findall(found["rights"])}
            more: dict[str, tuple[str, ...]] = {"GRANT OPTION": ()} if "WITH GRANT OPTION" in line else {}
            kind = (found["kind"] or "TABLE").strip()
            yield Grant(rights | more, _unquote(found["schema"]), _unquote(found["table"]), kind)


def _read_lines(cursor: Any, statement: str) -> list[str]:
    cursor.execute(statement)
    return [line for (line,) in cursor.fetchall()]


def _unquote(name: str) -> str:
    return name if name == "*" else name[1:-1].replace("``", "`")


def _split_columns(columns: str) -> tuple[str, ...]:
    return tuple(_unquote(name) for name in re.findall(r"`(?:[^`]|``)*`", columns))


def _is_on_table(grant: Grant, schema: str, table: str) -> bool:
    if grant.kind != "TABLE":
        return False
    return (grant.schema == "*" or _is_on_schema(schema, grant)) and grant.table in {"*", table}


def _is_on_schema(schema: str, grant: Grant) -> bool:
    """Whether a grant is on ``schema``: without a table its name is a pattern, in which ``%`` and ``_`` stand open."""
    if grant.table != "*":
        return schema == grant.schema
    pattern = re.sub(r"([*?\[\]])", r"[\1]", grant.schema)
    pattern = re.sub(r"\\([_%])|(_)|(%)", lambda m: m[1] or ("?" if m[2] else "*"), pattern)
    return fnmatchcase(schema, pattern)


def _can_show_all(grant: Grant, schema: str) -> bool:
    """Whether a grant lets every table of ``schema`` be seen, tables yet to be made among them."""
    return grant.table == "*" and _is_on_table(grant, schema, "*") and not grant.rights.keys().isdisjoint(_SHOWING)


def _list_held(grant: Grant) -> Iterator[str]:
    for right, columns in grant.rights.items():
        if right == _EVERYTHING:
            yield from EVERY_RIGHT
        elif right in _ON_ROWS:
            yield from (f"{_ON_ROWS[right]}({column})" for column in columns) if columns else (_ON_ROWS[right],)


def _list_powers(grant: Grant) -> Iterator[str]:
    """Yield what the grant gives beyond the rows of tables that are there."""
    where = "everywhere" if grant.schema == "*" else f"in {grant.schema}"
    if grant.kind != "TABLE":
        if "EXECUTE" in grant.rights:
            yield f"may call {grant.schema}.{grant.table}, which may run as its owner"
        return
    for right in grant.rights:
        if right == _EVERYTHING:
            yield f"may do everything {where}"
        elif right == "EXECUTE":
            yield f"may call every routine {where}"
        elif right in _ON_ROWS:
            if right != "SELECT" and grant.table == "*":
                yield f"may {right.lower()} {where}, in tables yet to be made too"
        elif right not in _HARMLESS:
            on = f"{grant.schema}.{grant.table}" if grant.table != "*" else ""
            yield f"has {right.lower()} {'on ' + on if on else where}"


def _quote_every_table(quote: Callable[[str], str], schema: str) -> str:
    """Return the tables of a schema; in such a grant its name is a pattern."""
    escaped = re.sub(r"([_%])", r"\\\1", schema)
    return f"{quote(escaped)}.*"
