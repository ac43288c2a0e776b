"""What an account may do, told by the server itself and found out without trying.

PostgreSQL answers for memberships, ownership and PUBLIC at once; MariaDB writes grants out as text, of roles too, which
are read here; a SQLite file has no accounts, so the file's permissions speak.
"""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple, cast

from sqlalchemy import Engine

from bailee.connectors.base import ConnectorError, Privileges
from bailee.connectors.sql.engine import dialect_of, raw
from bailee.connectors.sql.failures import guarded


def privileges(engine: Engine) -> Privileges:
    """Return what the account of ``engine`` may do, whatever its sessions are opened for. Raises `ConnectorError`."""
    dialect = dialect_of(engine)
    with closing(raw(engine)) as connection, guarded(dialect), closing(connection.cursor()) as cursor:
        told = _READERS[dialect](cursor, engine)
        connection.rollback()
    return told


def sees_all(engine: Engine, schemas: Iterable[str | None]) -> bool:
    """Return whether the account is told of every table of ``schemas`` (``None``: the default one).

    On MariaDB it may be told of those alone that it has rights on; elsewhere the catalogue hides none. Raises
    `ConnectorError`.
    """
    if dialect_of(engine) != "mariadb":
        return True
    with closing(raw(engine)) as connection, guarded("mariadb"), closing(connection.cursor()) as cursor:
        cursor.execute("SELECT DATABASE()")
        ((default,),) = cursor.fetchall()
        grants = list(_grants(cursor))
        connection.rollback()
    return all(any(_shows(grant, schema or default) for grant in grants) for schema in {None, *schemas})


# --- SQLite --------------------------------------------------------------------------------------------------

_SQLITE_TABLES = (
    "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite~_%' ESCAPE '~'"
)
_ALL = frozenset({"select", "insert", "update", "delete", "truncate"})
_READ = frozenset({"select"})


def _sqlite(cursor: Any, engine: Engine) -> Privileges:
    file = Path(cast(str, engine.url.database))
    writes = os.access(file, os.W_OK)
    rights = {name: _ALL if writes else _READ for (name,) in cursor.execute(_SQLITE_TABLES).fetchall()}
    powers = ("may write the file",) if writes else ()
    if os.access(file.absolute().parent, os.W_OK):
        powers = (*powers, "may put another file in its place")
    return Privileges(getpass.getuser(), rights, powers, sql="")


# --- PostgreSQL ----------------------------------------------------------------------------------------------

_POSTGRESQL_TABLES = """
SELECT n.nspname, c.relname, pg_table_is_visible(c.oid),
       has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'INSERT'),
       has_table_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE'),
       has_table_privilege(c.oid, 'TRUNCATE'), pg_has_role(c.relowner, 'USAGE'),
       (SELECT array_agg(word || '(' || a.attname || ')' ORDER BY a.attnum, word)
        FROM pg_attribute a, unnest(ARRAY['insert', 'select', 'update']) AS word
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND NOT has_table_privilege(c.oid, word) AND has_column_privilege(c.oid, a.attnum, word))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND has_schema_privilege(n.oid, 'USAGE')
ORDER BY 1, 2
"""

# A role that is not inherited is one SET ROLE away. A function that runs as its owner may do what its owner may.
_POSTGRESQL_POWERS = """
WITH me AS (SELECT * FROM pg_roles WHERE rolname = current_user),
     others AS (SELECT * FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') AND rolname <> current_user)
SELECT 'is a superuser' FROM me WHERE rolsuper
UNION ALL SELECT 'may make roles' FROM me WHERE rolcreaterole
UNION ALL SELECT 'may make databases' FROM me WHERE rolcreatedb
UNION ALL SELECT 'may replicate' FROM me WHERE rolreplication
UNION ALL SELECT 'may pass by row security' FROM me WHERE rolbypassrls AND NOT rolsuper
UNION ALL SELECT 'may become ' || others.rolname FROM others, me
    WHERE NOT me.rolsuper AND others.rolname NOT IN ('pg_read_all_data', 'pg_monitor', 'pg_read_all_settings',
        'pg_read_all_stats', 'pg_stat_scan_tables')
UNION ALL SELECT 'may make things in schema ' || nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND has_schema_privilege(oid, 'CREATE')
UNION ALL SELECT DISTINCT 'is given ' || lower(acl.privilege_type) || ' on tables yet to be made'
    FROM pg_default_acl d, aclexplode(d.defaclacl) acl, me
    WHERE d.defaclobjtype = 'r' AND acl.privilege_type <> 'SELECT' AND d.defaclrole <> me.oid
      AND (acl.grantee = 0 OR pg_has_role(acl.grantee, 'MEMBER'))
UNION ALL SELECT 'may call ' || p.oid::regprocedure || ', which runs as ' || pg_get_userbyid(p.proowner)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace, me
    WHERE p.prosecdef AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND p.proowner <> me.oid
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
      AND has_function_privilege(p.oid, 'EXECUTE') AND has_schema_privilege(n.oid, 'USAGE')
"""

_COUNTED = """\
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND has_schema_privilege(n.oid, 'USAGE')
  AND (has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
       OR has_any_column_privilege(c.oid, 'INSERT, UPDATE'))"""
_WORDS = ("select", "insert", "update", "delete", "truncate", "owner")


def _postgresql(cursor: Any, _engine: Engine) -> Privileges:
    (account,) = cursor.execute("SELECT current_user").fetchone()
    rights: dict[str, frozenset[str]] = {}
    for schema, table, visible, *may, columns in cursor.execute(_POSTGRESQL_TABLES).fetchall():
        held = {word for word, has in zip(_WORDS, may, strict=True) if has}
        rights[table if visible else f"{schema}.{table}"] = frozenset(held | set(columns or ()))
    powers = tuple(dict.fromkeys(text for (text,) in cursor.execute(_POSTGRESQL_POWERS).fetchall()))
    return Privileges(account, rights, powers, superuser="is a superuser" in powers, sql=_COUNTED)


# --- MariaDB -------------------------------------------------------------------------------------------------


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
_MARIADB_TABLES = """
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


def _mariadb(cursor: Any, _engine: Engine) -> Privileges:
    cursor.execute("SELECT CURRENT_USER(), DATABASE()")
    account, default = cursor.fetchone()
    grants = list(_grants(cursor))
    cursor.execute(_MARIADB_TABLES)
    rights: dict[str, frozenset[str]] = {}
    listed = cursor.fetchall()
    for schema, table in listed:
        held = frozenset(word for grant in grants if _covers(grant, schema, table) for word in _held(grant))
        rights[table if schema == default else f"{schema}.{table}"] = held
    powers = tuple(dict.fromkeys(text for grant in grants for text in _powers(grant)))
    schemas = {default, *(schema for schema, _ in listed)}
    partly = frozenset("" if s == default else s for s in schemas if s and not any(_shows(g, s) for g in grants))
    superuser = any(grant.schema == "*" and grant.rights.keys() & {_EVERYTHING, "SUPER"} for grant in grants)
    return Privileges(account, rights, powers, superuser=superuser, sql="SHOW GRANTS", partly=partly)


def _grants(cursor: Any) -> Iterator[Grant]:
    """Yield the grants of the account, of PUBLIC, and of every role that the account may set; some come twice."""
    lines = _shown(cursor, "SHOW GRANTS")
    with suppress(ConnectorError), guarded("mariadb"):  # before 10.11 there was no PUBLIC
        lines += _shown(cursor, "SHOW GRANTS FOR PUBLIC")
    for role in [found["role"] for line in lines if (found := _OWN_ROLE.match(line))]:
        cursor.execute(f"SET ROLE {role}")  # for this conversation, which ends here: else its grants are not told
        lines += _shown(cursor, "SHOW GRANTS")
    for line in lines:
        if found := _GRANT.match(line):
            rights = {right: _listed(columns) for right, columns in _RIGHT.findall(found["rights"])}
            more: dict[str, tuple[str, ...]] = {"GRANT OPTION": ()} if "WITH GRANT OPTION" in line else {}
            kind = (found["kind"] or "TABLE").strip()
            yield Grant(rights | more, _plain(found["schema"]), _plain(found["table"]), kind)


def _shown(cursor: Any, statement: str) -> list[str]:
    cursor.execute(statement)
    return [line for (line,) in cursor.fetchall()]


def _plain(name: str) -> str:
    return name if name == "*" else name[1:-1].replace("``", "`")


def _listed(columns: str) -> tuple[str, ...]:
    return tuple(_plain(name) for name in re.findall(r"`(?:[^`]|``)*`", columns))


def _covers(grant: Grant, schema: str, table: str) -> bool:
    if grant.kind != "TABLE":
        return False
    return (grant.schema == "*" or _like(schema, grant)) and grant.table in {"*", table}


def _like(schema: str, grant: Grant) -> bool:
    """Whether a grant is on ``schema``: without a table its name is a pattern, in which ``%`` and ``_`` stand open."""
    if grant.table != "*":
        return schema == grant.schema
    pattern = re.sub(r"([*?\[\]])", r"[\1]", grant.schema)
    pattern = re.sub(r"\\([_%])|(_)|(%)", lambda m: m[1] or ("?" if m[2] else "*"), pattern)
    return fnmatchcase(schema, pattern)


def _shows(grant: Grant, schema: str) -> bool:
    """Whether a grant lets every table of ``schema`` be seen, tables yet to be made among them."""
    return grant.table == "*" and _covers(grant, schema, "*") and not grant.rights.keys().isdisjoint(_SHOWING)


def _held(grant: Grant) -> Iterator[str]:
    for right, columns in grant.rights.items():
        if right == _EVERYTHING:
            yield from _ALL
        elif right in _ON_ROWS:
            yield from (f"{_ON_ROWS[right]}({column})" for column in columns) if columns else (_ON_ROWS[right],)


def _powers(grant: Grant) -> Iterator[str]:
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


_READERS = {"sqlite": _sqlite, "postgresql": _postgresql, "mariadb": _mariadb}
