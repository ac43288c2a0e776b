"""The tables of Bailee's books, which a firm may keep in the database of a system."""

from __future__ import annotations

from collections.abc import Iterable

BOOKS = frozenset(
    {
        "account_emailaddress",
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",
        "books_approval",
        "books_attempt",
        "books_authorisation",
        "books_casedigest",
        "books_confirmation",
        "books_disclosure",
        "books_due",
        "books_event",
        "books_handhold",
        "books_holdtag",
        "books_idempotency",
        "books_invitation",
        "books_mending",
        "books_message",
        "books_notification",
        "books_page",
        "books_parcel",
        "books_pause",
        "books_plan",
        "books_proof",
        "books_reading",
        "books_receipt",
        "books_request",
        "books_requesttag",
        "books_restriction",
        "books_sealed",
        "books_seencontact",
        "books_session",
        "books_staff",
        "books_staffchange",
        "books_step",
        "books_suppression",
        "books_token",
        "books_webhook",
        "books_webhookdelivery",
        "books_worker",
        "books_wrappedkey",
        "django_content_type",
        "django_migrations",
        "mfa_authenticator",
    }
)
"""All of them. A firm's own application may have some of the names, and hardly all."""

_SURE = frozenset(name for name in BOOKS if name.startswith("books_"))


def remove_books(tables: Iterable[str]) -> tuple[str, ...]:
    """Return ``tables`` (qualified) in order, less the books, where all of a schema's `books_` tables are there."""
    by_schema: dict[str, set[str]] = {}
    for name in tables:
        schema, _, table = name.rpartition(".")
        by_schema.setdefault(schema, set()).add(table)
    left = (
        f"{schema}.{table}" if schema else table
        for schema, names in by_schema.items()
        for table in (names - BOOKS if names >= _SURE else names)
    )
    return tuple(sorted(left))
