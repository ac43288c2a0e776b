"""What knows a system: its rows or files, never policies or requests.

`base` says what a connector is, `conformance` holds the tests that each must pass; each kind has a folder of its own.
"""
