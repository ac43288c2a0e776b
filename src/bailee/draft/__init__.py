"""A first map, drafted from what a system looks like: each guess with its reason and its confidence. All pure.

`pairs` says which columns may point where, the connector measures it, and `draft` returns the guesses, in the map's own
words. `page` writes them under ``guesses:`` of a system's file, and takes from there what somebody accepts.
"""

from bailee.draft.chance import Measured
from bailee.draft.effects import Reach, ReachedPersons, reaches, with_effects
from bailee.draft.guess import COUNTS_FROM, Draft, Guess, Note, TablePlace, draft, pairs, places_of, questions
from bailee.draft.kinds import Kinds, NamedKind, Telling, telling
from bailee.draft.meaning import ColumnPair
from bailee.draft.references import SharedParent, SystemAnswers, numeric_keys
from bailee.draft.sample import Sample, SampledColumn, ValueShape

__all__ = [
    "COUNTS_FROM",
    "ColumnPair",
    "Draft",
    "Guess",
    "Kinds",
    "Measured",
    "NamedKind",
    "Note",
    "Reach",
    "ReachedPersons",
    "Sample",
    "SampledColumn",
    "SharedParent",
    "SystemAnswers",
    "TablePlace",
    "Telling",
    "ValueShape",
    "draft",
    "numeric_keys",
    "pairs",
    "places_of",
    "questions",
    "reaches",
    "telling",
    "with_effects",
]
