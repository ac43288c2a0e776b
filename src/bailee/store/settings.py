"""Settings of Django, whose models and transactions the books are. `open_books` says which database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from csp.constants import NONE, SELF

from bailee.store.web_packages import LOCALE, TEMPLATE_FOLDERS

SECRET_KEY = ""  # set when a web process starts, from the vault: nothing in the books depends on it
DEBUG = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
USE_THOUSAND_SEPARATOR = False  # ids and years are numbers too: the filter `number` sets commas
LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [LOCALE]
_TRANSLATIONS = sorted(folder.name for folder in LOCALE.glob("*/") if folder.name != "en")
LANGUAGES = [("en-gb", "English"), *((name.lower().replace("_", "-"), name) for name in _TRANSLATIONS)]
"""English, and what somebody has translated the pages into: a language that we have half of is not offered."""
ALLOWED_HOSTS: list[str] = []  # set when a web process starts, from the policy, as are the cookies' names and flags
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "bailee.store",
]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
LOGGING_CONFIG = None  # logs are the process's business

# --- the web --------------------------------------------------------------------------------------------------

ROOT_URLCONF = "bailee.web.urls"
MIDDLEWARE = [
    "bailee.web.api.middleware.guard_api",
    "bailee.web.pages.middleware.prepare_page",
    "bailee.web.pages.middleware.show_invisible",
    "csp.middleware.CSPMiddleware",
    "bailee.web.pages.middleware.check_host",
    "bailee.web.pages.sessions.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bailee.web.pages.middleware.identify_member",
    "bailee.web.pages.form_limits.limit_forms",
    "bailee.web.pages.errors.show_errors",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": TEMPLATE_FOLDERS,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "bailee.web.pages.template_tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "bailee.web.pages.template_tags.make_context",
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
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # which is sealed
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # a link in a letter to staff opens signed in
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # it ends with the browser
CSRF_FAILURE_VIEW = "bailee.web.pages.errors.show_forged"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- staff sign in --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "books.Staff"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "bailee.web.accounts.login.Passwords"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]  # OWASP ASVS 5.0, 11.4.2
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "today"

ACCOUNT_ADAPTER = "bailee.web.accounts.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "tag"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # no address stands in clear
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds, as `doors.AGAIN`
ACCOUNT_LOGIN_TIMEOUT = 600  # seconds, between the password and the second factor
ACCOUNT_RATE_LIMITS = False
"""allauth counts by account, and in each process for itself: who knows an address could keep its owner out."""
ACCOUNT_FORMS = {
    "login": "bailee.web.accounts.forms.SignIn",
    "reauthenticate": "bailee.web.accounts.forms.PasswordAgain",
}

MFA_ADAPTER = "bailee.web.accounts.adapters.Factors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # allauth knows no address here
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds, for clocks that differ
MFA_FORMS = {
    "authenticate": "bailee.web.accounts.forms.CodeForm",
    "reauthenticate": "bailee.web.accounts.forms.CodeAgain",
    "add_webauthn": "bailee.web.accounts.forms.NewPasskey",
}

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # both are tags; who knows an address locks out nobody else
AXES_CLIENT_IP_CALLABLE = "bailee.web.accounts.adapters.place_tag"
AXES_USERNAME_CALLABLE = "bailee.web.accounts.adapters.account_tag"
AXES_USERNAME_FORM_FIELD = "username"  # else it looks for `USERNAME_FIELD`, and locks nobody out
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = ["axes.W002"]  # its middleware shows a page of its own: our adapter says the same in words
