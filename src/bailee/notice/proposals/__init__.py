"""A notice as it stands -> for each of its sentences the promise that it makes, or plain, and why. All pure.

How it is done can be read: `lexicon` says by which words a concept is known, `rules` which concepts make a promise,
`wordings` has sentences as notices have them, and `likeness`, learnt from those, which promise a sentence is like.
Nothing leaves the machine, and the same words have the same answer.
"""

from bailee.notice.proposals.blocks import Block, BlockKind, UnreadableNotice
from bailee.notice.proposals.input_files import read_blocks
from bailee.notice.proposals.output_files import write_notice, write_promises
from bailee.notice.proposals.proposal import Proposal, propose_bindings
from bailee.notice.proposals.sentences import Sentence, split_sentences

__all__ = [
    "Block",
    "BlockKind",
    "Proposal",
    "Sentence",
    "UnreadableNotice",
    "propose_bindings",
    "read_blocks",
    "split_sentences",
    "write_notice",
    "write_promises",
]
