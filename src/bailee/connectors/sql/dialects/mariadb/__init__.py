"""MariaDB, Galera included."""

from bailee.connectors.sql.dialects.mariadb.writing import MariadbDialect

DIALECT = MariadbDialect()
