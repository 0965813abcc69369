"""The organisations of one page, each once, whatever form it is mentioned in."""

import re

from django.utils.translation import gettext as _

from ....russian import morphology, typography
from ....russian.folding import fold
from ....russian.noun_phrases import in_nominative
from ....russian.organisation_names import acronyms
from ...draft import OrganisationDraft, OrganisationPart, Span, Words
from .organisations import Organisation, head_lemma
from .vocabulary import listed
from .words import Page


class Register:
    """Gives every named mention the key of its organisation and gathers what is said of it."""

    def __init__(self, page: Page, found: list[Organisation]) -> None:
        self.page = page
        self._keys: dict[Span, str] = {}
        self._found: dict[str, list[Organisation]] = {}
        self._parts: dict[str, list[OrganisationPart]] = {}
        self._used: list[str] = []
        self._mentioned: dict[str, Span] = {}
        self._parents: dict[str, str] = {}
        for one in found:
            if one.is_named and not one.is_plural:
                self._enter(one)

    def _enter(self, one: Organisation) -> None:
        key = next(
            (key for key, mentions in self._found.items() if any(self._is_same(other, one) for other in mentions)), ""
        )
        if not key:
            key = f"o{len(self._found) + 1}"
            self._found[key] = []
        self._found[key].append(one)
        self._keys[one.span] = key

    def belongs(self, one: Organisation, parent: Organisation) -> None:
        """The department is the parent’s."""
        key, above = self.key(one), self.key(parent)
        if key != above:
            self._parents.setdefault(key, above)

    def key(self, one: Organisation) -> str:
        """The key of a mention; from now on the organisation belongs to the draft."""
        key = self._keys.get(one.span, "")
        if not key:
            self._enter(one)
            key = self._keys[one.span]
        if key not in self._used:
            self._used.append(key)
        return key

    def add(self, one: Organisation, part: OrganisationPart) -> None:
        parts = self._parts.setdefault(self.key(one), [])
        if not any(other.role == part.role for other in parts):
            parts.append(part)

    def mention(self, one: Organisation) -> None:
        """It belongs to the draft, in a role that the text does not name."""
        self._mentioned.setdefault(self.key(one), one.span)

    def drafts(self) -> list[OrganisationDraft]:
        order = sorted(self._used, key=lambda key: self._found[key][0].span)
        return [self._draft(key) for key in order]

    def _draft(self, key: str) -> OrganisationDraft:
        mentions = self._found[key]
        best = max(
            mentions, key=lambda one: (len(_without_city(self._name(one))), -len(self._name(one)), -one.span.start)
        )
        draft = OrganisationDraft(
            key=key,
            name=self._name(best),
            printed=self.page[best.span],
            spans=[best.span, *(one.span for one in mentions if one.span != best.span)],
            parts=self._parts.get(key) or self._unnamed_role(key),
            department_of=self._whole(key),
            doubt=best.doubt,
            city=next((self.page[one.city] for one in mentions if one.city), ""),
        )
        draft.aliases = self._aliases(mentions, draft.name)
        return draft

    def _whole(self, key: str) -> str:
        """What a department belongs to; a department’s department to the whole of both, as the archive has it."""
        above, seen = self._parents.get(key, ""), {key}
        while (further := self._parents.get(above, "")) and above not in seen:
            seen.add(above)
            above = further
        return above if above != key else ""

    def _unnamed_role(self, key: str) -> list[OrganisationPart]:
        if key not in self._mentioned:
            return []
        span = self._mentioned[key]
        doubt = _("The text does not name the role.")
        return [OrganisationPart(role="participant", printed=self.page[span], spans=[span], doubt=doubt)]

    def _name(self, one: Organisation) -> str:
        return typography.normalize(one.name or self.page[one.span])

    def _aliases(self, mentions: list[Organisation], name: str) -> list[Words]:
        """Nicknames and abbreviations that the text itself ties to the name."""
        found = [
            Words(value=in_nominative(self.page[span]), printed=self.page[span], spans=[span])
            for one in mentions
            for span in (*((one.nickname,) if one.nickname else ()), *one.aliases)
        ]
        found += [
            Words(value=self._name(one), printed=self.page[one.span], spans=[one.span])
            for one in mentions
            if one.head < 0 and self._name(one) != name
        ]
        return list({alias.value: alias for alias in found}.values())

    def _is_same(self, one: Organisation, two: Organisation) -> bool:
        if one.is_department or two.is_department:
            return one.is_department and two.is_department and fold(one.name) == fold(two.name)
        if one.head < 0 or two.head < 0:
            return self._same_abbreviation(one, two)
        return self._same_name(one, two)

    def _same_abbreviation(self, one: Organisation, two: Organisation) -> bool:
        texts = [fold(self.page[mention.span]) for mention in (one, two)]
        if texts[0] == texts[1]:
            cities = [self.page[mention.city] for mention in (one, two) if mention.city]
            return len(set(cities)) < 2
        for full, short in ((one, two), (two, one)):
            if full.head >= 0 and short.head < 0:
                if any(fold(self.page[alias]) == fold(self.page[short.span]) for alias in full.aliases):
                    return True
                if _abbreviates(self.page[short.span], self._name(full)):
                    return True
        return False

    def _first_word(self, one: Organisation) -> str:
        """The adjective a name begins with; a bare «библиотека» has none to compare."""
        return morphology.lemma(self.page.lower(one.first)) if one.first < one.head else f"{one.span}"

    def _same_name(self, one: Organisation, two: Organisation) -> bool:
        """Same head; all the words of the shorter name in the longer, or the same namesake and nothing against it."""
        heads = [head_lemma(self.page.words[mention.head].lower) for mention in (one, two)]
        if heads[0] != heads[1]:
            return False
        sets = [_significant(self._name(mention)) for mention in (one, two)]
        short, long = sorted(sets, key=len)
        long_name = max((self._name(one), self._name(two)), key=lambda name: len(_significant(name)))
        if sets[0] == sets[1]:
            return True
        if short <= long and long - short <= _namesake_words(long_name):
            return self._first_word(one) == self._first_word(two)
        namesakes = [_namesake(self._name(mention)) for mention in (one, two)]
        if all(namesakes):
            return namesakes[0] == namesakes[1] and short <= long
        return len(short) >= 3 and short <= long and not self._is_another_kind(one, two)

    def _is_another_kind(self, one: Organisation, two: Organisation) -> bool:
        """«Российская государственная библиотека» is not the «детская» one; «научная», «универсальная» tell nothing."""
        sets = [
            {morphology.lemma(self.page.lower(number)) for number in range(mention.first, mention.head)}
            for mention in (one, two)
        ]
        return bool((sets[0] ^ sets[1]) - _COMMON_ADJECTIVES)


_COMMON_ADJECTIVES = listed("универсальный научный публичный государственный областной краевой республиканский")


def _without_city(name: str) -> str:
    return re.sub(r"\s+г\.\s?[А-ЯЁ][\w-]+$", "", name)


def _namesake_words(name: str) -> frozenset[str]:
    match = _NAMESAKE.search(name)
    return _significant(match[1]) if match else frozenset()


_NAMESAKE = re.compile(r"(?:им\.|имени)\s+(.+)$")


def _namesake(name: str) -> str:
    """The surname that the institution bears."""
    match = _NAMESAKE.search(name)
    words = re.findall(r"[А-ЯЁ][а-яё-]+", match[1]) if match else []
    return fold(words[-1]) if words else ""


def _significant(name: str) -> frozenset[str]:
    """The lemmas that tell institutions apart; «им.», initials and legal forms do not."""
    words = [
        word
        for word in re.findall(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*|\d+", name)
        if word.lower() not in ("им", "имени", "для", "по", "города", "г")
    ]
    return frozenset(morphology.lemma(word.lower()) for word in words)


def _abbreviates(short: str, name: str) -> bool:
    """«ДРУНБ» is made of the first letters of «Донецкая республиканская универсальная научная библиотека…»."""
    head = short.split()[0]
    return len(head) >= 3 and head.isupper() and any(acronym.startswith(head) for acronym in acronyms(name))
