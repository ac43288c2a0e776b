"""``/sign-in/``: staff come in by email address and password, or a passkey, and always by a second factor.

django-allauth carries the steps, its words and rules are set here. Nobody signs up: an administrator adds a member of
staff and hands over a link, on which they set a password and a second factor (docs/decisions/0014).
"""
