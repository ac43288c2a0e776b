"""The engine: opens a policy, searches, plans, applies, rechecks, copies, retains, checks.

It takes a store and knows no request, no worker and no page.
"""
