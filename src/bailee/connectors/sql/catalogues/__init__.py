"""The catalogues of the three databases, read by hand-written SQL: as many statements for one table as for hundreds.

SQLAlchemy's inspector tells neither how equality compares, nor what cascades and triggers would do, nor types as a cast
wants them; and it asks for much that nobody here wants to know.
"""

from bailee.connectors.sql.catalogues import mariadb, postgresql, sqlite
from bailee.connectors.sql.catalogues.sketch import Catalogue, Wanted

__all__ = ["Catalogue", "Wanted", "mariadb", "postgresql", "sqlite"]
