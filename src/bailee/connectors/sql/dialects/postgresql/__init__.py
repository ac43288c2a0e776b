"""PostgreSQL, and what speaks its dialect."""

from bailee.connectors.sql.dialects.postgresql.writing import PostgresqlDialect

DIALECT = PostgresqlDialect()
