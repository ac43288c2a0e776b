"""What must happen on the worked maps, as data: who leaves, and which cells are left of the rows that matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bailee.policy.predicate import Scalar

ALICE, BOB, CAROL = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Story:
    """A sentence about one map.

    ``leave``: the persons erased together, each as (collection, id) of her own row. ``retain``: a rule to run instead.
    ``left``: collection and the columns shown -> the rows that are left.
    """

    map: str
    name: str
    leave: tuple[tuple[str, int], ...] = ()
    retain: str = ""
    left: Mapping[str, Sequence[tuple[Scalar, ...]]] = field(default_factory=dict)
    refused: frozenset[int] = frozenset()


STORIES = (
    Story(
        "shop",
        "what the tax office needs of alice's order is kept and no more",
        (("customer", ALICE),),
        left={
            "customer id full_name email": [
                (1, "Alice", None),
                (2, "Bob", "bob@example.org"),
                (3, "Carol", "carol@example.org"),
            ],
            "orders id number gift_for note": [(1, "A-1", None, None), (3, "B-1", None, "a surprise")],
            "payment id amount card": [(1, 20, None), (3, 20, "1881")],
            "address street": [("Birch Lane",)],
            "order_item order_id": [(3,)],
        },
    ),
    Story(
        "shop",
        "a review stays without the one who signed it and the newsletter forgets her",
        (("customer", ALICE),),
        left={
            "review id customer_id signed body": [(1, None, None, "[removed]"), (2, 2, "Bob", "it leaks")],
            "newsletter address": [(None,), ("carol@example.org",)],
        },
    ),
    Story(
        "shop",
        "carol was only given a present and the order stays alice's",
        (("customer", CAROL),),
        left={"orders id customer_id gift_for": [(1, 1, None), (2, 1, None), (3, 2, "alice@example.org")]},
    ),
    Story(
        "shop",
        "an order that is due waits for its lines and its customer for the order",
        retain="customers",
        left={"orders id": [(1,), (2,), (3,)], "customer id": [(1,), (2,), (3,)]},
    ),
    Story(
        "helpdesk",
        "bob's ticket stays with alice's words in it and without her address",
        (("requester", ALICE),),
        left={
            "ticket id requester_id copied": [(2, 2, None), (3, 3, None)],
            "message id from_requester sender body": [
                (3, None, None, "same for me"),
                (4, 3, "carol@example.org", "it is open"),
            ],
            "attachment title": [("door.png",), ("till.png",)],
        },
    ),
    Story(
        "helpdesk",
        "of those in copy only the leaver is taken out",
        (("requester", BOB),),
        left={"ticket id copied": [(1, "carol@example.org"), (3, None)]},
    ),
    Story(
        "helpdesk",
        "an agent becomes a former agent and the tickets stay",
        (("agent", 1),),
        left={
            "agent full_name email active": [("former agent", None, False)],
            "ticket id assignee_id": [(1, None), (2, None), (3, None)],
            "message id from_agent sender": [
                (1, None, "alice@example.org"),
                (2, 1, None),
                (3, None, "alice@example.org"),
                (4, None, "carol@example.org"),
            ],
        },
    ),
    Story(
        "helpdesk",
        "of a company that left attachments go first and hold nothing up for long",
        retain="tickets",
        left={"attachment id": [(1,), (2,)], "message id": [(1,), (2,), (3,)], "ticket id": [(1,), (2,)]},
    ),
    Story(
        "exchange",
        "alice's number is cleared where it was hers and not where it is bob's",
        (("contact", ALICE),),
        left={
            "voicemail id caller": [(1, None), (2, "+441632960001")],
            "call_record id callee": [(2, None), (3, "+441632960001"), (4, "+441632960009")],
            "recording id": [(2,), (4,)],
        },
    ),
    Story(
        "exchange",
        "an old call waits for its recording",
        retain="calls",
        left={"call_record id": [(1,), (2,), (3,), (4,)], "recording id": [(1,), (2,), (4,)]},
    ),
    Story(
        "forum",
        "the thread stays for the others without alice",
        (("member", ALICE),),
        left={
            "member id invited_by": [(0, None), (2, None), (3, 2)],
            "thread id author_id title": [(1, None, "[removed]"), (2, 2, "beans")],
            "post id author_id reply_to body": [
                (1, None, None, "[removed]"),
                (2, 2, 1, "try beer"),
                (3, None, None, "[removed]"),
            ],
            "vote post_id member_id": [(1, 2), (2, 3)],
        },
    ),
    Story(
        "forum",
        "a message between two stays while one of them does and a moderator is replaced by nobody",
        (("member", ALICE),),
        left={
            "message id sender_id recipient_id": [(1, None, 2), (2, 2, 3), (3, 3, None)],
            "ban id member_id moderator_id": [(1, 3, 0)],
            "invitation id inviter_id guest": [(2, 2, None), (3, 2, "erin@example.org")],
        },
    ),
    Story(
        "forum",
        "a message between two goes with both",
        (("member", ALICE), ("member", BOB)),
        left={"message id sender_id recipient_id": [(2, None, 3), (3, 3, None)]},
    ),
    Story(
        "conference",
        "bob keeps the paper that he wrote with alice and the one she wrote alone goes with its reviews",
        (("scholar", ALICE),),
        left={
            "paper id": [(1,)],
            "authorship paper_id scholar_id": [(1, 2)],
            "review id reviewer_id": [(1, 3)],
        },
    ),
    Story(
        "conference",
        "a review outlives its reviewer and her fee her diet",
        (("scholar", CAROL),),
        left={
            "review id reviewer_id verdict confidential": [
                (1, None, "accept", None),
                (2, None, "reject", None),
                (3, 2, "accept", "my friend wrote it"),
            ],
            "registration fee diet scholar_id": [(100, None, 3)],
            "scholar id full_name email": [
                (1, "Alice", "alice@example.org"),
                (2, "Bob", "bob@example.org"),
                (3, "Carol", None),
            ],
        },
    ),
    Story(
        "share",
        "bob's folder inside alice's stays when everything around it goes",
        (("account", ALICE),),
        left={
            "folder id owner_id parent_id": [(3, 2, None), (4, 2, None)],
            "document id edited_by": [(2, None), (3, None)],
            "link id sent_to": [(1, None), (2, "carol@example.org")],
            "membership account_id": [(2,), (3,)],
        },
    ),
    Story(
        "share",
        "what carol only saw through the team is untouched",
        (("account", CAROL),),
        left={
            "folder id": [(1,), (2,), (3,), (4,)],
            "link id sent_to": [(1, "alice@example.org"), (2, None), (3, None)],
            "membership account_id": [(1,), (2,)],
        },
    ),
)
