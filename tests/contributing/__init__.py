"""Models can be imported only when Django is set up, and tests import them at the top."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bailee.store.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in the thread of the test, which asks the books
django.setup()
