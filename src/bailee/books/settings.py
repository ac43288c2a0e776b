"""Settings of Django, whose models and transactions the books are. `open_books` says which database."""

from __future__ import annotations

from typing import Any

SECRET_KEY = ""  # set when a web process starts, from the vault: nothing in the books depends on it
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en-gb"
ALLOWED_HOSTS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = ["django_tasks", "django_tasks_db", "bailee.books"]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
LOGGING_CONFIG = None  # logs are the process's business
ROOT_URLCONF = "bailee.web.urls"
MIDDLEWARE: list[str] = ["bailee.web.door.door"]
