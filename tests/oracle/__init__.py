"""The oracle: an interpreter of the ownership algebra that goes row by row, and random cases for the compiler.

It is written from the rules alone and shares nothing with the compiler but the frozen values of the policy and the
schema, so that a disagreement between the two is an error in one of them. Slow and plain on purpose.
"""
