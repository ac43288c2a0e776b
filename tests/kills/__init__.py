"""Workers killed at every point and at random, on books and systems of all kinds: ``python -m tests.kills``."""
