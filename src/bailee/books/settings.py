"""Settings of Django, whose models and transactions the books are. `open_books` says which database."""

from __future__ import annotations

from typing import Any

from csp.constants import NONE, SELF

from bailee.books.rooms import LOCALE, TEMPLATES_OF_ROOMS

SECRET_KEY = ""  # set when a web process starts, from the vault: nothing in the books depends on it
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # ids and years are numbers too: the filter `number` sets commas
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [LOCALE]
ALLOWED_HOSTS: list[str] = []  # set when a web process starts, from the policy, as are the cookies' names and flags
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django_tasks",
    "django_tasks_db",
    "bailee.books",
]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
LOGGING_CONFIG = None  # logs are the process's business

# --- the web --------------------------------------------------------------------------------------------------

ROOT_URLCONF = "bailee.web.urls"
MIDDLEWARE = [
    "bailee.web.door.door",
    "bailee.web.shell.entrance.entrance",
    "csp.middleware.CSPMiddleware",
    "bailee.web.shell.sessions.Sessions",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bailee.web.shell.entrance.membership",
    "bailee.web.shell.errors.in_words",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": TEMPLATES_OF_ROOMS,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "bailee.web.shell.tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "bailee.web.shell.context.frame",
            ],
        },
    }
]
STATIC_URL = "/static/"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],  # htmx
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # which is sealed
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # a link in a letter to staff opens signed in
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # it ends with the browser
CSRF_FAILURE_VIEW = "bailee.web.shell.errors.forged"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- staff sign in --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "books.Staff"
