"""The words that turn a sentence round, soften it, or end what is said in it."""

from __future__ import annotations

NOT = """
    not, never, no, neither, nor, nobody, =none, nothing, refuse, decline, under no, no circumstances, nowhere, stop
    short of, never ever, rather than, far from, without being, sooner … than, rather … than
"""
"""What turns a statement round."""

NOT_A_NOT = """
    not only, no later, not later, no more than, not more than, no longer than, no matter, no charge, no cost, no
    fee, not hesitate, not worry, no need, no reason, need not, not have to, no less, no doubt, whether or not, not
    just, no obligation, no longer, not need, no delay, not satisfied, not happy, not sure, not content, no lower,
    not take long, not limited, no questions, not exceed, nothing to pay, not cost, not satisfy, no weaker, no
    worse, not long, not personal
"""
"""Words that only look as if they did."""

BREAKS = """
    but, unless, except, whereas, because, so that, although, though, and we, and you, and our, and they, and it,
    and your, and when, and if, =however, while, and where, and is, and are, which, and will, and can, then, so, if,
    who, when, instead, until, after, once
"""
"""Where what was said before reaches no further."""

MAY = """
    we … may, we … might, we … could, staff … may, data may be, information may be, they may, may occasionally, may
    from time, may sometimes, may also, it may, partners may, colleague … may, employee … may, engineer … may, team
    … may, technician … may, reserve the right, data may, information may, details may, sometimes, from time to time
"""
"""A firm that says what it might do."""

AIM = """
    =aim, =aims, try, endeavour, endeavor, strive, hope, =intend, =intends, seek to, where possible, best efforts,
    reasonable effort, reasonable steps, best to, do our best, wherever possible, where practicable
"""
"""A firm that says what it would like to do."""

LOOSELY = """
    normally, usually, generally, typically, in most cases, ordinarily, as a rule, mostly, in general
"""
"""A firm that leaves itself a way out."""

LATE_NOT = """
    nobody, nothing, =none, no third, no other, no one, no company, no firm, no outsider, no business, no
    organisation, neither
"""
"""What turns round a statement before it: "it goes to nobody"."""

DENIED_AT_ITS_END = """
    something we … not do, something we … never do, something we … not, not something we do, not happen, never
    happen, out of the question, we do not do that, we will not do it, not our business, not what we do, something
    we do not, we do not do it, not part of, not for, not allowed
"""
"""What turns round all that was said: "selling data is something we do not do"."""
