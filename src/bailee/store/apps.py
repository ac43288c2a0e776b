"""The books as an app of Django."""

from __future__ import annotations

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """The one app of the books."""

    name = "bailee.store"
    label = "books"
