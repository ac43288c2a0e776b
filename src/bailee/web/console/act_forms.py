"""The form of an act, made from its input; and which acts a request's page offers, and in which place.

What may be done, by whom and when, `requests` says; here it is typed in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, get_origin

from annotated_types import MaxLen
from django import forms
from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bailee.requests.act import AnyAct, Case, Input, Prompt, list_mistakes
from bailee.requests.acts import list_acts
from bailee.store.models import Status
from bailee.views.request import RequestDetail

_LONGEST = 10_000
"""Characters of a box in which each line is checked on its own."""


class ActForm(forms.Form):
    """What ``act`` is given about ``case``, as staff type it. ``given``: as the act takes it, once it is valid."""

    def __init__(self, act: AnyAct, case: Case, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{act.name}-%s")
        self.act = act
        self.given: Input = Input()
        prompts = act.prompts()
        for name, field in act.input.model_fields.items():
            self.fields[name] = _make_field(field, prompts[name], case)

    def clean(self) -> dict[str, Any]:
        """Read what was typed into the input of the act, and say at each field what is wrong with it."""
        if self.errors:
            return self.cleaned_data
        try:
            self.given = self.act.input.model_validate(self.cleaned_data)
        except ValidationError as error:
            for name, says in list_mistakes(error):
                self.add_error(name or None, says)
        return self.cleaned_data


class Lines(forms.CharField):
    """A box of which each line is one thing. Empty lines, and blanks around one, say nothing."""

    def clean(self, value: Any) -> list[str]:
        """Return the lines."""
        return [line for text in super().clean(value).splitlines() if (line := " ".join(text.split()))]


def _make_field(field: FieldInfo, prompt: Prompt, case: Case) -> forms.Field:
    """Return the field of a form for a field of an input. Raises `TypeError` for a kind that no form has."""
    kind, is_needed = field.annotation, field.is_required()
    told: dict[str, Any] = {
        "label": _(prompt.label),
        "help_text": _(prompt.help) if prompt.help else "",
        "required": is_needed,
        "error_messages": {"required": _(prompt.missing)} if prompt.missing else {},
    }
    if prompt.choices is not None:
        none = [("", _(prompt.none))] if prompt.none else []
        return forms.TypedChoiceField(choices=[*none, *_list_choices(prompt, case)], empty_value=None, **told)
    if kind is bool:
        return forms.BooleanField(**told)
    if kind is date:
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **told)
    if get_origin(kind) is list:
        return Lines(max_length=_LONGEST, widget=_make_box(prompt), **told)
    if kind is str:
        longest = next((one.max_length for one in field.metadata if isinstance(one, MaxLen)), _LONGEST)
        return forms.CharField(max_length=longest, widget=_make_box(prompt) if prompt.rows > 1 else None, **told)
    raise TypeError(f"no form has a field of this kind: {kind}")


def _list_choices(prompt: Prompt, case: Case) -> Iterator[tuple[str, str]]:
    if callable(prompt.choices):
        yield from prompt.choices(case).items()
    elif prompt.choices is not None:
        yield from ((value, _(says)) for value, says in prompt.choices.items())


def _make_box(prompt: Prompt) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": prompt.rows})


# --- which are offered ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfferedAct:
    """An act that can be done now, with its form, what is said in it, and the name of the address that takes it."""

    act: AnyAct
    form: ActForm
    title: str
    says: str
    button: str
    way: str


def list_form_acts() -> list[AnyAct]:
    """Return the acts that have a form on the page of a request: the others have pages of their own."""
    return [act for act in list_acts().values() if act.title]


def name_url(act: AnyAct) -> str:
    """Return the name of the address that takes the form of an act."""
    return f"request-{act.name}"


def offer_acts(
    case: RequestDetail, tried: str = "", data: Any = None
) -> tuple[OfferedAct | None, Sequence[OfferedAct]]:
    """Return what is to be done next about a request by the one who looks, if anything is, and what else can be.

    ``tried``: the name of an act that was tried in vain, with what was typed.
    """
    there = [_offer_act(act, case, data if act.name == tried else None) for act in case.acts if act.title]
    first = next((one for one in there if one.act.name == tried), None)
    if first is None:
        first = next((one for name in _list_next_acts(case) for one in there if one.act.name == name), None)
    return first, [one for one in there if one is not first]


def _offer_act(act: AnyAct, case: RequestDetail, data: Any) -> OfferedAct:
    says = act.says(case) if callable(act.says) else _(act.says) if act.says else ""
    return OfferedAct(act, ActForm(act, case, data), _(act.title), says, _(act.button), name_url(act))


def _list_next_acts(case: RequestDetail) -> Sequence[str]:
    """Return what is to be done next, the likeliest first: while a worker or somebody else is at it, nothing."""
    if case.paused_since is not None:
        return ("answered",)
    if case.request.status == Status.UNVERIFIED:
        return ("call-back", "seen")
    if case.request.status == Status.OPEN:
        by_hand = ("close",) if case.last("by_hand") else ()
        waits = ("pack",) if case.last("rows_to_confirm") else ()
        return (*by_hand, *waits, "person-told", "acknowledge", "answer", "conclude", "plan", "restrict", "object")
    if case.is_stalled:
        return ("plan", "object")
    if case.request.status == Status.CLOSED:
        return ("person-told", "recipient-told")
    return ("person-told",)
