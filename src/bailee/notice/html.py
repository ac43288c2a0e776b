"""The firm's Markdown as HTML: every span that is bound to a promise gets its mark, and, the first time, its note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_

from markdown_it.token import Token
from markupsafe import Markup

from bailee.checks import Verdict
from bailee.notice.promises import PagePromise, capitalise, spell_day
from bailee.policy import Mechanism, Policy, Processor, Transfer
from bailee.policy.countries import country_name
from bailee.policy.figures import TABLE, listed
from bailee.policy.markdown import ATTRIBUTES, Marks, marks, parser
from bailee.policy.processors import safeguard_in_words


class Renderer:
    """Writes tokens as HTML, and remembers which promises it has met.

    ``promises``: name -> what is said of it. The parser lets no HTML through and no address that runs a script;
    everything else is escaped here.
    """

    def __init__(self, policy: Policy, promises: Mapping[str, PagePromise]) -> None:
        self.policy, self.promises = policy, promises
        self._markdown = parser()
        self._times: dict[str, int] = {}
        self._since: list[str] = []
        self._noted: set[str] = set()

    def html(self, tokens: Sequence[Token]) -> Markup:
        """Return whole blocks, or the words of one, as HTML."""
        ready = list(self._prepare_tokens(tokens))
        return Markup(self._markdown.renderer.render(ready, self._markdown.options, {}))  # noqa: S704 - see the class

    def take_promises(self) -> list[PagePromise]:
        """Return the promises met since this was last asked."""
        since, self._since = self._since, []
        return [self.promises[name] for name in since]

    def _prepare_tokens(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """Yield the tokens with what is ours written out, and the marks of blocks handed down to their words."""
        around: list[Marks] = []
        columns = _Columns()
        for token in self._insert_processors(tokens):
            columns.label(token)
            own = marks(token)
            if token.type == "table_open":
                yield from (_make_html_token("html_block", self._note(name, "above")) for name in own.promises)
            if token.nesting > 0:
                around.append(own)
            elif token.nesting < 0:
                around.pop()
            if token.type == "inline":
                outer = reduce(or_, around, Marks()).promises
                token.children = [*self._merge_notes(token), *self._mark_words(outer, token.children or [])]
            else:
                token.attrs = {key: value for key, value in token.attrs.items() if key not in ATTRIBUTES}
            yield token

    def _insert_processors(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """Yield the tokens, a table for each paragraph that stands for one."""
        at = 0
        while at < len(tokens):
            if tokens[at].type == "paragraph_open" and tokens[at + 1].content.strip() == TABLE:
                yield _make_html_token("html_block", self._render_processors())
                at += 3
            else:
                yield tokens[at]
                at += 1

    def _mark_words(self, outer: Sequence[str], children: Sequence[Token]) -> list[Token]:
        words = [self._open(name) for name in outer]
        open_spans: list[str] = []
        in_link = 0
        for child in children:
            in_link += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "span_open":
                open_spans.append(next(iter(marks(child).promises), ""))
                if open_spans[-1]:
                    words.append(self._open(open_spans[-1]))
            elif child.type == "span_close":
                if name := open_spans.pop():
                    words.append(self._close(name, _take_last_word(words), in_link=bool(in_link)))
            else:
                words.append(child)
        for name in reversed(outer):
            words.append(self._close(name, _take_last_word(words), in_link=False))
        return words

    # --- a promise ------------------------------------------------------------------------------------------------

    def _open(self, name: str) -> Token:
        self._since.append(name)
        self._times[name] = self._times.get(name, 0) + 1
        promise, time = self.promises[name], self._times[name]
        place = promise.spoken if time == 1 else f"{promise.spoken}-{time}"
        return _make_html_token("html_inline", _SAID.format(verdict=promise.verdict, id=place))

    def _close(self, name: str, last: str, *, in_link: bool) -> Token:
        promise = self.promises[name]
        mark = (_MARK_IN_LINK if in_link else _MARK).format(verdict=promise.verdict, id=promise.id, when=promise.when)
        return _make_html_token("html_inline", _END.format(last=last, mark=mark, note=self._note(name)))

    def _note(self, name: str, where: str = "") -> Markup:
        """Return the note beside the words that make a promise first, and nothing beside later ones."""
        if name in self._noted:
            return Markup()
        self._noted.add(name)
        promise = self.promises[name]
        lines = [_HEADLINE.format(promise.headline)] if promise.headline else []
        lines += [_LINE.format(line) for line in promise.beside]
        lines.append(_META.format(f"{capitalise(promise.when)}."))
        if promise.verdict is not Verdict.BROKEN:  # else the note would outgrow its words; it stands at the end too
            lines += [_META.format(f"Not promised: {text}") for text in promise.not_promised]
        return _NOTE.format(
            classes=" ".join(filter(None, ("note", promise.verdict, where))), lines=Markup().join(lines)
        )

    def _merge_notes(self, token: Token) -> Iterator[Token]:
        """Yield one note for all the kept promises of a paragraph, where a note for each would not find its height.

        What is broken or unknown keeps a note of its own, and then the marks alone lead to what is kept.
        """
        bound = {name: None for child in token.children or () for name in marks(child).promises}
        if len(token.content.split()) >= len(bound) * _WORDS_BESIDE_A_NOTE:
            return
        kept = [name for name in bound if self.promises[name].verdict is Verdict.KEPT and name not in self._noted]
        has_worse = any(self.promises[name].verdict is not Verdict.KEPT for name in bound)
        if has_worse or len(kept) > 1:
            self._noted.update(kept)
        if len(kept) > 1 and not has_worse:
            whens = [
                _META.format(f"{capitalise(when)}.") for when in dict.fromkeys(self.promises[n].when for n in kept)
            ]
            yield _make_html_token("html_inline", _KEPT_TOGETHER.format(count=len(kept), whens=Markup().join(whens)))

    # --- third parties --------------------------------------------------------------------------------------------

    def _render_processors(self) -> Markup:
        regime = self.policy.firm.regime
        rows = [
            _ROW.format(
                name=each.title,
                purpose=_describe_purpose(each),
                receives=listed(each.receives),
                where=_describe_location(each, regime),
            )
            for each in self.policy.processors.values()
        ]
        return _PROCESSORS.format(rows=Markup().join(rows))


_WORDS_BESIDE_A_NOTE = 26
"""Words of the text that take as much height as the note of a kept promise."""

_SAID = Markup('<span class="said {verdict}" id="{id}"><span class="words">')
_END = Markup('</span><span class="end"><span class="words">{last}</span>{mark}</span>{note}</span>')
"""The last word and the mark stand in one line."""
_MARK = Markup(
    '<a class="mark {verdict}" href="#{id}"><svg aria-hidden="true"><use href="#m-{verdict}"/></svg>'
    '<span class="vh"> ({verdict}, {when})</span></a>'
)
_MARK_IN_LINK = Markup(
    '<span class="mark {verdict}"><svg aria-hidden="true"><use href="#m-{verdict}"/></svg>'
    '<span class="vh"> ({verdict}, {when})</span></span>'
)
_NOTE = Markup('<span class="{classes}">{lines}</span>')
_KEPT_TOGETHER = Markup(
    '<span class="note kept"><span>{count} promises of this paragraph are kept. Each mark leads to its evidence.</span>'
    "{whens}</span>"
)
_HEADLINE = Markup("<strong>{}</strong>")
_LINE = Markup("<span>{}</span>")
_META = Markup('<span class="meta">{}</span>')
_PROCESSORS = Markup(
    '<table class="rows"><thead><tr><th scope="col">Firm</th><th scope="col">What for</th>'
    '<th scope="col">What it receives</th><th scope="col">Where</th></tr></thead><tbody>{rows}</tbody></table>'
)
_ROW = Markup(
    '<tr><td><strong>{name}</strong></td><td data-l="What for">{purpose}</td>'
    '<td data-l="What it receives">{receives}</td><td data-l="Where">{where}</td></tr>'
)


_LONGEST_LAST_WORD = 24  # a longer one must be free to break on a narrow screen


def _take_last_word(words: list[Token]) -> str:
    """Take the last word off ``words`` and return it, if it is one that can stand with its mark."""
    if not words or words[-1].type != "text":
        return ""
    head, space, last = words[-1].content.rpartition(" ")
    if len(last) > _LONGEST_LAST_WORD:
        return ""
    words[-1] = Token("text", "", 0, content=head + space)
    return last


def _make_html_token(kind: str, content: Markup) -> Token:
    return Token(kind, "", 0, content=str(content))


def _describe_purpose(processor: Processor) -> str:
    left = f"until {spell_day(processor.until)}" if processor.until else ""
    return ", ".join(filter(None, (processor.purpose, left)))


def _describe_location(processor: Processor, regime: str) -> str:
    by = _describe_safeguard(processor.transfer, regime) if processor.transfer else ""
    return ", ".join(filter(None, (country_name(processor.country), by)))


def _describe_safeguard(move: Transfer, regime: str) -> str:
    """Return what safeguards a transfer. A certificate lasts a year: so its day is said, or that none is known."""
    by = safeguard_in_words(move.mechanism, regime)
    if move.mechanism is not Mechanism.DPF:
        return by
    return f"{by} ({f'certificate of {spell_day(move.certified_on)}' if move.certified_on else 'as they tell us'})"


class _Columns:
    """Hands the heads of a table down to its cells: on a narrow page each cell carries its own."""

    def __init__(self) -> None:
        self._heads: list[str] = []
        self._in_head = False
        self._at = 0

    def label(self, token: Token) -> None:
        """Look at the next token; set what a table and its cells need."""
        match token.type:
            case "table_open":
                self._heads = []
            case "tr_open":
                self._at = 0
            case "th_open":
                self._in_head = True
                token.attrSet("scope", "col")
            case "th_close":
                self._in_head = False
            case "inline" if self._in_head:
                self._heads.append("".join(child.content for child in token.children or ()))
            case "td_open":
                if self._at and self._at < len(self._heads):
                    token.attrSet("data-l", self._heads[self._at])
                self._at += 1
