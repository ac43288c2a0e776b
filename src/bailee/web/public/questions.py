"""What can be asked for, and the questions of "Make a request": one a page, and which of them a right needs.

Nothing is asked that is not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bailee.engine.people import UnknownPerson, is_never_looked_up
from bailee.policy import Policy
from bailee.requests.identified_people import parse_identities
from bailee.requests.request_content import Asked, split_address
from bailee.requests.rights import ALL_RIGHTS, STATUTORY
from bailee.store.models import Right
from bailee.trace.normal import normalise

Answers = Mapping[str, Any]

_ONE_LINE = 200
_LONGEST_NUMBER = 60
_KNOWN = "known_"
"""What the names of fields begin with that the policy, and not this page, knows of."""
_MOST_LINES, _LONGEST_LINE = 8, 120


@dataclass(frozen=True, slots=True)
class Choice:
    """``title``: what somebody chooses; ``about``: what comes of it; ``named``: a request of that kind."""

    right: Right
    title: Promise
    about: Promise
    named: Promise


RIGHTS = tuple(
    Choice(one.right, gettext_lazy(one.choice), gettext_lazy(one.about), pgettext_lazy("request", one.yours))
    for one in ALL_RIGHTS
)

BY_RIGHT: Mapping[str, Choice] = {choice.right: choice for choice in RIGHTS}


class QuestionPage(forms.Form):
    """One page. ``title`` is its heading, ``why`` what we need it for, ``optional``: fields that may stay empty."""

    title: ClassVar[Promise | str] = ""
    why: ClassVar[Promise | str] = ""
    optional: frozenset[str] = frozenset()
    use_required_attribute = False  # we say ourselves what is missing, in words

    website = forms.CharField(required=False, widget=forms.HiddenInput)
    """Nobody sees it, so nobody fills it in but a program that fills in everything."""

    def __init__(self, *args: Any, policy: Policy, answers: Answers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy, self.answers = policy, answers
        self.fit()
        for name, field in self.fields.items():
            described = [f"{name}-hint"] if field.help_text else []
            if self.is_bound and name in self.errors:
                field.widget.attrs["aria-invalid"] = "true"
                described.append(f"{name}-error")
            if described:
                field.widget.attrs["aria-describedby"] = " ".join(described)

    def fit(self) -> None:
        """Fit the fields to the policy and to what was answered before; no answer of this page is looked at yet."""

    def clean_website(self) -> str:
        """Refuse what only a program fills in; a person who did is told what to do."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Something filled in a field that nobody sees. Send the page once more."))
        return ""

    @property
    def told(self) -> dict[str, str]:
        """What was answered, as the session keeps it."""
        return {name: str(value) for name, value in self.cleaned_data.items() if name != "website"}


class WhatQuestion(QuestionPage):
    """Which right."""

    title = gettext_lazy("What would you like us to do?")
    why = gettext_lazy("Choose one. You can come back for another, as often as you like.")

    right = forms.ChoiceField(
        choices=[(choice.right.value, choice.title) for choice in RIGHTS],
        error_messages={"required": gettext_lazy("Choose what you would like us to do")},
    )


class WhoQuestion(QuestionPage):
    """What the person is known by."""

    title = gettext_lazy("How do we know you?")
    why = gettext_lazy(
        "We look for you under these, in our systems. One is enough; more find more. They are used for nothing else."
    )
    optional = frozenset({"phone"})

    email = forms.CharField(
        label=gettext_lazy("Email address"),
        help_text=gettext_lazy("If it is the one that we have, we send a code there, to be sure that it is you."),
        max_length=254, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        help_text=gettext_lazy("Calls are found by it. Leave out a number that you share with others."),
        max_length=40, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "short"}),
    )  # fmt: skip

    def fit(self) -> None:
        """Ask for the numbers of the firm's own too, by which it knows people."""
        attributes = others_of(self.policy)
        for attribute in attributes:  # as the firm calls them: its words, not ours
            self.fields[_KNOWN + attribute] = forms.CharField(
                label=attribute.replace("_", " ").capitalize(), max_length=_LONGEST_NUMBER, required=False,
                help_text=_("As in our letters and invoices to you. Leave it out if you do not know it."),
                widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
            )  # fmt: skip
        self.optional = self.optional | {_KNOWN + attribute for attribute in attributes}

    def clean_email(self) -> str:
        """Refuse what is no address, and say what is wrong with it."""
        return email_of(self.policy, self.cleaned_data["email"])

    def clean_phone(self) -> str:
        """Refuse what is no number here."""
        text = str(self.cleaned_data["phone"])
        if text and normalise("phone", text, self.policy.firm.region) is None:
            raise forms.ValidationError(_("This is no telephone number. From abroad it begins with +"))
        return text

    def clean(self) -> dict[str, Any]:
        """Want one of them."""
        found = super().clean() or self.cleaned_data
        for name in [*found]:
            if name.startswith(_KNOWN) and found[name] and not _could_be_known(self.policy, name, found[name]):
                self.add_error(name, _("This can be none of ours. Check the spelling"))
        if not self.errors and not identities_of(found):
            self.add_error("email", _("Give an email address, or a telephone number"))
        return found


class WrongQuestion(QuestionPage):
    """What to correct."""

    title = gettext_lazy("What is wrong?")
    why = gettext_lazy("Say it as you would to a person. We find where it is recorded.")

    target = forms.CharField(
        label=gettext_lazy("What is wrong"),
        help_text=gettext_lazy("Such as: my email address, the spelling of my name"),
        max_length=_ONE_LINE, error_messages={"required": gettext_lazy("Say what is wrong")},
    )  # fmt: skip
    value = forms.CharField(
        label=gettext_lazy("What it should say"),
        max_length=1_000, error_messages={"required": gettext_lazy("Say what it should say")},
    )  # fmt: skip


class FreezeQuestion(QuestionPage):
    """Why to restrict (Art. 18(1))."""

    title = gettext_lazy("Why should we freeze it?")
    why = gettext_lazy(
        "The law knows four reasons: it is wrong, we should not use it, you need it for a legal claim, or you have"
        " objected. Say which is yours."
    )

    words = forms.CharField(
        label=gettext_lazy("Your reason"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Say why, in a few words")},
    )  # fmt: skip


class AskQuestion(QuestionPage):
    """A question to the firm."""

    title = gettext_lazy("What would you like to know?")
    why = gettext_lazy("A person reads it and answers. Leave out what we need not know.")

    words = forms.CharField(
        label=gettext_lazy("Your question"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": gettext_lazy("Write your question")},
    )  # fmt: skip


class ComplainQuestion(QuestionPage):
    """A complaint."""

    title = gettext_lazy("What went wrong?")
    why = gettext_lazy(
        "We acknowledge it at once, look into it without delay, and tell you what came of it. You may go to the"
        " regulator at any time, without asking us first."
    )
    optional = frozenset({"target"})

    words = forms.CharField(
        label=gettext_lazy("Your complaint"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": gettext_lazy("Write what went wrong")},
    )  # fmt: skip
    target = forms.CharField(
        label=gettext_lazy("Reference of an earlier request"),
        help_text=gettext_lazy("If it is about one, such as 7K3D-9Q2F"),
        max_length=40, required=False, widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
    )  # fmt: skip


class ReachQuestion(QuestionPage):
    """How to reach the person who asks."""

    title = gettext_lazy("Where shall we write to you?")
    why = gettext_lazy("A word that we have your request goes there, and nothing that we hold about you.")
    optional = frozenset({"address", "agent"})

    reply_to = forms.CharField(
        label=gettext_lazy("Email address for our letters"), max_length=254, required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("Postal address, if you have no email"), max_length=1_000, required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "street-address"}),
    )  # fmt: skip
    agent = forms.CharField(
        label=gettext_lazy("Your own name, if you ask for somebody else"),
        help_text=gettext_lazy("We then ask you to show that you may."),
        max_length=_ONE_LINE, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def fit(self) -> None:
        """Ask for an agent where it is a person's own right."""
        if self.answers.get("right") not in STATUTORY:
            del self.fields["agent"]

    def clean_reply_to(self) -> str:
        """Refuse what is no address."""
        return email_of(self.policy, self.cleaned_data["reply_to"])

    def clean_address(self) -> str:
        """Keep to what fits the window of an envelope."""
        text = str(self.cleaned_data["address"])
        lines = split_address(text)
        if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
            raise forms.ValidationError(_("Write the address in at most eight lines"))
        return text

    def clean(self) -> dict[str, Any]:
        """Want one way to answer."""
        found = super().clean() or self.cleaned_data
        if not self.errors and not (found.get("reply_to") or found.get("address")):
            self.add_error("reply_to", _("Give an email address, or a postal one"))
        return found


def others_of(policy: Policy) -> list[str]:
    """Return by what else than addresses and numbers the firm knows people: account numbers and the like."""
    collections = (each for system in policy.systems.values() for each in system.collections.values())
    known = {one.attribute for each in collections for one in each.identities}
    told = {one.rpartition(".")[2] for one in known if not is_never_looked_up(policy, one)}
    return sorted(told - {"email", "phone"})


def _could_be_known(policy: Policy, name: str, text: str) -> bool:
    try:
        parse_identities(policy, [f"{name.removeprefix(_KNOWN)}:{text}"])
    except UnknownPerson:
        return False
    return True


def identities_of(answers: Answers) -> tuple[str, ...]:
    """Return what the person is known by, as requests take it."""
    plain = [answers[name] for name in ("email", "phone") if answers.get(name)]
    others = [
        f"{name.removeprefix(_KNOWN)}:{text}" for name, text in answers.items() if name.startswith(_KNOWN) and text
    ]
    return (*plain, *others)


def email_of(policy: Policy, text: str) -> str:
    """Return an email address as it was typed, without blanks. Raises `ValidationError` that says what is wrong."""
    text = text.strip()
    if not text:
        return ""
    if "@" not in text:
        raise forms.ValidationError(_("The email address has no “@”, such as alice@byrne.example"))
    if normalise("email", text, policy.firm.region) is None:
        raise forms.ValidationError(_("This is no email address. Check the spelling"))
    return text


_DETAILS: Mapping[Right, tuple[str, type[QuestionPage]]] = {
    Right.CORRECT: ("wrong", WrongQuestion),
    Right.RESTRICT: ("freeze", FreezeQuestion),
    Right.QUESTION: ("question", AskQuestion),
    Right.COMPLAINT: ("complaint", ComplainQuestion),
}


def questions_of(right: str) -> dict[str, type[QuestionPage]]:
    """Return the questions that ``right`` needs, in their order: name in the address -> form."""
    return dict(_list_questions(Right(right)))


def _list_questions(right: Right) -> Iterator[tuple[str, type[QuestionPage]]]:
    yield "what", WhatQuestion
    if right in STATUTORY:
        yield "who", WhoQuestion
    if right in _DETAILS:
        yield _DETAILS[right]
    yield "reach", ReachQuestion


def asked_of(answers: Answers) -> Asked:
    """Return what was answered as requests take it."""
    return Asked(
        identities=identities_of(answers),
        reply_to=answers.get("reply_to", ""),
        address=split_address(answers.get("address", "")),
        words=answers.get("words", ""),
        target=answers.get("target", ""),
        value=answers.get("value", ""),
        agent=answers.get("agent", ""),
    )
