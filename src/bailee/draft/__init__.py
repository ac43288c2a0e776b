"""A first map, drafted from what a system looks like: each guess with its reason and its confidence. All pure.

`find_pairs` says which columns may point where, the connector measures it, and `draft_map` returns the guesses, in the
map's own words. `page` writes them under ``guesses:`` of a system's file, and takes from there what somebody accepts.
"""

from bailee.draft.chance import Measured
from bailee.draft.effects import Reach, ReachedPersons, add_effects, list_reaches
from bailee.draft.guess import (
    COUNTS_FROM,
    Draft,
    Guess,
    Note,
    TablePlace,
    draft_map,
    find_pairs,
    find_places,
    find_questions,
)
from bailee.draft.kinds import Kinds, NamedKind, Telling, find_telling
from bailee.draft.meaning import ColumnPair
from bailee.draft.references import SharedParent, SystemAnswers, TableKey, list_nullable_keys, list_numeric_keys
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
    "TableKey",
    "TablePlace",
    "Telling",
    "ValueShape",
    "add_effects",
    "draft_map",
    "find_pairs",
    "find_places",
    "find_questions",
    "find_telling",
    "list_nullable_keys",
    "list_numeric_keys",
    "list_reaches",
]
