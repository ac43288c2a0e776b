"""SQLite: a file, which is taught what it cannot do itself."""

from bailee.connectors.sql.dialects.sqlite.writing import SqliteDialect

DIALECT = SqliteDialect()
