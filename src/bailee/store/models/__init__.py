"""The tables. Each module is a drawer: requests and what belongs to them, work, letters, registers, staff, sealed."""

from bailee.store.enums import Channel, Outcome, PlanState, Right, Role, Status
from bailee.store.models.letters import Message, Parcel
from bailee.store.models.promises import Mending
from bailee.store.models.registers import (
    Authorisation,
    Disclosure,
    HandHold,
    HoldTag,
    Notification,
    Restriction,
    Suppression,
)
from bailee.store.models.requests import (
    Attempt,
    Confirmation,
    Event,
    Pause,
    Proof,
    Request,
    RequestTag,
    SeenContact,
)
from bailee.store.models.sealed import CaseDigest, Page, Sealed, WrappedKey
from bailee.store.models.sessions import WebSession
from bailee.store.models.staff import (
    Idempotency,
    Invitation,
    Reading,
    Staff,
    StaffChange,
    Token,
    Webhook,
    WebhookDelivery,
)
from bailee.store.models.work import Approval, Due, Plan, Receipt, Step, Worker

__all__ = [
    "Approval",
    "Attempt",
    "Authorisation",
    "CaseDigest",
    "Channel",
    "Confirmation",
    "Disclosure",
    "Due",
    "Event",
    "HandHold",
    "HoldTag",
    "Idempotency",
    "Invitation",
    "Mending",
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
    "SeenContact",
    "Staff",
    "StaffChange",
    "Status",
    "Step",
    "Suppression",
    "Token",
    "WebSession",
    "Webhook",
    "WebhookDelivery",
    "Worker",
    "WrappedKey",
]
