"""DatabaseAccounts of PostgreSQL, which answers for memberships, ownership and PUBLIC at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import URL

from bailee.connectors.base import Need, Privileges
from bailee.connectors.sql.dialects.accounts import TITLES, DatabaseAccounts, GrantSpelling

_TABLES = """
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
_POWERS = """
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


class PostgresqlAccounts(DatabaseAccounts):
    """Roles, and what they may do."""

    here: ClassVar[str] = "SELECT current_schema(), current_database()"

    def privileges(self, cursor: Any, _url: URL) -> Privileges:
        """Return what the role may do, by itself or by what it is a member of."""
        (account,) = cursor.execute("SELECT current_user").fetchone()
        rights: dict[str, frozenset[str]] = {}
        for schema, table, visible, *may, columns in cursor.execute(_TABLES).fetchall():
            held = {word for word, has in zip(_WORDS, may, strict=True) if has}
            rights[table if visible else f"{schema}.{table}"] = frozenset(held | set(columns or ()))
        powers = tuple(dict.fromkeys(text for (text,) in cursor.execute(_POWERS).fetchall()))
        return Privileges(account, rights, powers, superuser="is a superuser" in powers, sql=_COUNTED)

    def grants(
        self, name: str, needs: Sequence[Need], passwords: Mapping[str, str], spelling: GrantSpelling
    ) -> Iterator[str]:
        """Yield the SQL of two roles."""
        quote, literal = spelling.quote, spelling.literal
        read = [need for need in needs if not need.seen]
        for kind in ("reader", "writer"):
            account = quote(f"bailee_{name}_{kind}")
            yield f"-- {TITLES[kind]}"
            yield f"CREATE ROLE {account} LOGIN NOINHERIT PASSWORD {literal(passwords[kind])};"
            yield f"GRANT CONNECT, TEMPORARY ON DATABASE {quote(spelling.database)} TO {account};"
            for schema in sorted({spelling.schema(need.table) for need in read}):
                yield f"GRANT USAGE ON SCHEMA {quote(schema)} TO {account};"
            for need in read:
                table = spelling.table(need.table)
                yield f"GRANT SELECT ON {table} TO {account};"
                if kind == "writer":
                    yield from _list_changes(spelling, need, table, account)
            yield ""


def _list_changes(spelling: GrantSpelling, need: Need, table: str, account: str) -> Iterator[str]:
    if need.inserts:
        yield f"GRANT INSERT ON {table} TO {account};"
    if need.deletes:
        yield f"GRANT DELETE ON {table} TO {account};"
    if need.update:
        yield f"GRANT UPDATE ({spelling.columns(need.update)}) ON {table} TO {account};"
    elif need.locks:
        column = spelling.columns([need.locks])
        yield f"GRANT UPDATE ({column}) ON {table} TO {account};  -- to lock rows; it is never written"
