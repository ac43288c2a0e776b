"""Faults made on purpose, one at a time: the suite must notice each."""
