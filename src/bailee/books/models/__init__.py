"""The tables. Each module is a drawer: requests and what belongs to them, work, letters, registers, staff, sealed."""

from bailee.books.models.letters import Message, Parcel
from bailee.books.models.registers import (
    Authorisation,
    Disclosure,
    HandHold,
    HoldTag,
    Notification,
    Restriction,
    Suppression,
)
from bailee.books.models.requests import (
    Attempt,
    Channel,
    Confirmation,
    Event,
    Outcome,
    Pause,
    Proof,
    Request,
    RequestTag,
    Right,
    Status,
)
from bailee.books.models.sealed import Page, Sealed, WrappedKey
from bailee.books.models.staff import Idempotency, Reading, Role, Staff, Token, Webhook, WebhookDelivery
from bailee.books.models.work import Approval, Due, Plan, PlanState, Receipt, Step, Worker

__all__ = [
    "Approval",
    "Attempt",
    "Authorisation",
    "Channel",
    "Confirmation",
    "Disclosure",
    "Due",
    "Event",
    "HandHold",
    "HoldTag",
    "Idempotency",
    "Message",
    "Notification",
    "Outcome",
    "Page",
    "Parcel",
    "Pause",
    "Plan",
    "PlanState",
    "Proof",
    "Reading",
    "Receipt",
    "Request",
    "RequestTag",
    "Restriction",
    "Right",
    "Role",
    "Sealed",
    "Staff",
    "Status",
    "Step",
    "Suppression",
    "Token",
    "Webhook",
    "WebhookDelivery",
    "Worker",
    "WrappedKey",
]
