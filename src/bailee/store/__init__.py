"""Bailee's own tables: requests, proofs, plans and their steps, approvals, letters, what is due, staff.

As little personal data as can be: ids are random, whoever must be recognised again is an HMAC tag, and what must be
read again is sealed by the vault before it comes here. SQLite in the policy's books folder, or PostgreSQL by one
setting. `open_books` comes first; `bailee.store.models` can be imported only after it.
"""

from bailee.store.opening import BooksError, open_books

__all__ = ["BooksError", "open_books"]
