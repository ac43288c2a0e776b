"""Schemas as applications have them, each against SQL that was written by hand.

A shape (`shape.Shape`) has tables, a policy, rows, and plain SQL that says what finding, copying, erasing and keeping
must come to. `laws.Laws` runs Bailee and the SQL on the same rows, on all three databases, and compares cell by cell.
"""
