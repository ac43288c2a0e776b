"""Models can be imported only when Django is set up, and tests import them at the top."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bailee.store.settings")
django.setup()
