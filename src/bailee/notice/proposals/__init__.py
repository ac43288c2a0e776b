"""A notice as it stands -> for each of its sentences the promise that it makes, or plain, and why. All pure.

How it is done can be read: `lexicon` says by which words a concept is known, `rules` which concepts make a promise,
`said` has sentences as notices have them, and `likeness`, learnt from those, tells which promise a sentence is like.
Nothing leaves the machine, and the same words have the same answer.
"""

from bailee.notice.proposals.blocks import Block, BlockKind, UnreadableNotice
from bailee.notice.proposals.propose import Proposal, propose
from bailee.notice.proposals.reading import read
from bailee.notice.proposals.sentences import Sentence, sentences
from bailee.notice.proposals.writing import notice, promises

__all__ = [
    "Block",
    "BlockKind",
    "Proposal",
    "Sentence",
    "UnreadableNotice",
    "notice",
    "promises",
    "propose",
    "read",
    "sentences",
]
