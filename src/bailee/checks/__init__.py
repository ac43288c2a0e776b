"""Promises and the checks that they are bound to: a check asks, the runner fetches, the check judges. All pure."""
