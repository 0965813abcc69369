"""The organisations of one document, each once, in whatever form it is mentioned."""

import re

from django.utils.translation import gettext as _

from ....russian import morphology, typography
from ....russian.folding import fold
from ....russian.noun_phrases import in_nominative
from ....russian.organisation_names import acronyms
from ...draft import OrganisationDraft, OrganisationPart, Span, TextFact
from .document import Document
from .lexicon import word_set
from .organisations import Organisation, head_lemma


class OrganisationRegistry:
    """Groups the mentions of each organisation under one key and gathers its roles."""

    def __init__(self, document: Document, found: list[Organisation]) -> None:
        self.document = document
        self._keys: dict[Span, str] = {}
        self._found: dict[str, list[Organisation]] = {}
        self._parts: dict[str, list[OrganisationPart]] = {}
        self._used: list[str] = []
        self._mentioned: dict[str, Span] = {}
        self._parent_keys: dict[str, str] = {}
        self._doubts: dict[str, str] = {}
        # The fullest names first, so that a bare «библиотека имени Крутова» joins no two libraries that bear his name.
        named = [mention for mention in found if mention.is_named and not mention.is_plural]
        for mention in sorted(named, key=lambda one: -len(_significant(self._name(one)))):
            self._register(mention)

    def _register(self, mention: Organisation) -> None:
        fitting = [
            key for key, mentions in self._found.items() if any(self._is_same(other, mention) for other in mentions)
        ]
        exact = [key for key in fitting if self._is_named_alike(key, mention)]
        key = exact[0] if exact else fitting[0] if len(fitting) == 1 else ""
        if not key and fitting:
            full = [self._name(self._found[one][0]) for one in fitting]
            self._doubts[f"o{len(self._found) + 1}"] = _("The text does not tell which is meant: %s.") % "; ".join(full)
        if not key:
            key = f"o{len(self._found) + 1}"
            self._found[key] = []
        self._found[key].append(mention)
        self._keys[mention.span] = key

    def _is_named_alike(self, key: str, mention: Organisation) -> bool:
        return any(_significant(self._name(other)) == _significant(self._name(mention)) for other in self._found[key])

    def set_parent(self, mention: Organisation, parent: Organisation) -> None:
        """Record that the department belongs to the parent."""
        key, above = self.key(mention), self.key(parent)
        if key != above:
            self._parent_keys.setdefault(key, above)

    def key(self, mention: Organisation) -> str:
        """Return the key of a mention and include its organisation in the draft."""
        key = self._keys.get(mention.span, "")
        if not key:
            self._register(mention)
            key = self._keys[mention.span]
        if key not in self._used:
            self._used.append(key)
        return key

    def meant(self, mention: Organisation) -> Organisation | None:
        """Return the only organisation that a mention without a name can mean: «директор библиотеки»."""
        words, head = _significant(self._name(mention)), self._head(mention)
        fitting = [
            mentions[0]
            for mentions in self._found.values()
            if any(self._head(other) == head and words <= _significant(self._name(other)) for other in mentions)
        ]
        return fitting[0] if len(fitting) == 1 and head else None

    def _head(self, mention: Organisation) -> str:
        return head_lemma(self.document.words[mention.head].lower) if mention.head >= 0 else ""

    def add_part(self, mention: Organisation, part: OrganisationPart) -> None:
        """Add a role, each once."""
        parts = self._parts.setdefault(self.key(mention), [])
        if not any(other.role == part.role for other in parts):
            parts.append(part)

    def mention(self, mention: Organisation) -> None:
        """Include the organisation in the draft in a role that the text does not name."""
        self._mentioned.setdefault(self.key(mention), mention.span)

    def drafts(self) -> list[OrganisationDraft]:
        """Return the organisations of the draft in the order of the text."""
        order = sorted(self._used, key=lambda key: self._found[key][0].span)
        return [self._draft(key) for key in order]

    def _draft(self, key: str) -> OrganisationDraft:
        mentions = self._found[key]
        best = max(
            mentions,
            key=lambda mention: (
                len(_without_city(self._name(mention))),
                -len(self._name(mention)),
                -mention.span.start,
            ),
        )
        draft = OrganisationDraft(
            key=key,
            name=self._name(best),
            printed=self.document[best.span],
            spans=[best.span, *(mention.span for mention in mentions if mention.span != best.span)],
            parts=self._parts.get(key) or self._unnamed_role(key),
            department_of=self._parent_key(key),
            uncertainty=best.uncertainty or self._doubts.get(key, ""),
            city=next((self.document[mention.city] for mention in mentions if mention.city), ""),
        )
        draft.aliases = self._aliases(mentions, draft.name)
        return draft

    def _parent_key(self, key: str) -> str:
        """Return the key of the topmost organisation above a department; the archive has only one level."""
        above, seen = self._parent_keys.get(key, ""), {key}
        while (further := self._parent_keys.get(above, "")) and above not in seen:
            seen.add_part(above)
            above = further
        return above if above != key else ""

    def _unnamed_role(self, key: str) -> list[OrganisationPart]:
        if key not in self._mentioned:
            return []
        span = self._mentioned[key]
        uncertainty = _("The text does not name the role.")
        return [
            OrganisationPart(role="participant", printed=self.document[span], spans=[span], uncertainty=uncertainty)
        ]

    def _name(self, mention: Organisation) -> str:
        return typography.normalize(mention.name or self.document[mention.span])

    def _aliases(self, mentions: list[Organisation], name: str) -> list[TextFact]:
        """Return nicknames and abbreviations that the text itself ties to the name."""
        found = [
            TextFact(value=in_nominative(self.document[span]), printed=self.document[span], spans=[span])
            for mention in mentions
            for span in (*((mention.nickname,) if mention.nickname else ()), *mention.aliases)
        ]
        found += [
            TextFact(value=self._name(mention), printed=self.document[mention.span], spans=[mention.span])
            for mention in mentions
            if mention.head < 0 and self._name(mention) != name
        ]
        return list({alias.value: alias for alias in found}.values())

    def _is_same(self, first: Organisation, second: Organisation) -> bool:
        if first.is_department or second.is_department:
            return first.is_department and second.is_department and fold(first.name) == fold(second.name)
        if first.head < 0 or second.head < 0:
            return self._same_abbreviation(first, second)
        return self._same_name(first, second)

    def _same_abbreviation(self, first: Organisation, second: Organisation) -> bool:
        texts = [fold(self.document[mention.span]) for mention in (first, second)]
        if texts[0] == texts[1]:
            cities = [self.document[mention.city] for mention in (first, second) if mention.city]
            return len(set(cities)) < 2
        if (
            first.head < 0
            and second.head < 0
            and any(text.endswith(f" {other}") for text, other in (texts, texts[::-1]))
        ):
            # «Новоладожинская ЦРБ», later «ЦРБ»
            return True
        for full, short in ((first, second), (second, first)):
            if full.head >= 0 and short.head < 0:
                if any(fold(self.document[alias]) == fold(self.document[short.span]) for alias in full.aliases):
                    return True
                if _abbreviates(self.document[short.span], self._name(full)):
                    return True
        return False

    def _first_adjective(self, mention: Organisation) -> str:
        """Return the lemma of the adjective a name begins with; a bare «библиотека» has none to compare."""
        return (
            morphology.lemma(self.document.lower(mention.first)) if mention.first < mention.head else f"{mention.span}"
        )

    def _same_name(self, first: Organisation, second: Organisation) -> bool:
        """Whether the heads agree, and the words of the shorter name are in the longer, or both have one eponym."""
        heads = [self._head(mention) for mention in (first, second)]
        if heads[0] != heads[1]:
            return False
        sets = [_significant(self._name(mention)) for mention in (first, second)]
        short, long = sorted(sets, key=len)
        long_name = max((self._name(first), self._name(second)), key=lambda name: len(_significant(name)))
        shorter = min((first, second), key=lambda mention: len(_significant(self._name(mention))))
        if sets[0] == sets[1] or short <= long and self._is_common(shorter) and not (long - short) & _READERS:
            # «Национальная библиотека» is the «Национальная библиотека Республики Шорань» of the same text.
            return True
        quoted = [re.findall("«([^»]+)»", self._name(mention).lower()) for mention in (first, second)]
        if quoted[0] and quoted[0] == quoted[1] and short <= long:
            # «ассоциация «Закладка»» is the «Ассоциация молодых библиотекарей «Закладка»»
            return True
        if short <= long and long - short <= _eponym_words(long_name) | _COMMON_WORDS:
            return self._first_adjective(first) == self._first_adjective(second)
        eponyms = [_eponym(self._name(mention)) for mention in (first, second)]
        if all(eponyms):
            return eponyms[0] == eponyms[1] and short <= long
        return len(short) >= 3 and short <= long and not self._is_another_kind(first, second)

    def _is_common(self, mention: Organisation) -> bool:
        """Whether the name says only what sort of house it is: «Управление культуры», «Национальная библиотека»."""
        words = [self.document.words[n] for n in range(mention.first, mention.last)]
        before = {morphology.lemma(word.lower) for word in words[: mention.head - mention.first]}
        return before <= _COMMON_WORDS | _READERS and all(word.is_word and not word.is_capital for word in words[1:])

    def _is_another_kind(self, first: Organisation, second: Organisation) -> bool:
        """Whether adjectives tell the two apart.

        «Российская государственная библиотека» is not the «детская» one; «научная», «универсальная» do not count.
        """
        sets = [
            {morphology.lemma(self.document.lower(number)) for number in range(mention.first, mention.head)}
            for mention in (first, second)
        ]
        return bool((sets[0] ^ sets[1]) - _COMMON_ADJECTIVES)


_COMMON_WORDS = word_set(
    """
    национальный государственный областной районный городской краевой республиканский центральный научный публичный
    универсальный межпоселенческий модельный муниципальный
    """
)
# Whom a house is for: another house, if one name says it and the other does not.
_READERS = word_set("детский юношеский молодежный сельский специальный школьный студенческий медицинский академический")
_COMMON_ADJECTIVES = word_set("универсальный научный публичный государственный областной краевой республиканский")


def _without_city(name: str) -> str:
    return re.sub(r"\s+г\.\s?[А-ЯЁ][\w-]+$", "", name)


def _eponym_words(name: str) -> frozenset[str]:
    match = _EPONYM.search(name)
    return _significant(match[1]) if match else frozenset()


_EPONYM = re.compile(r"(?:им\.|имени)\s+(.+)$")


def _eponym(name: str) -> str:
    """Return the surname that the institution bears."""
    match = _EPONYM.search(name)
    words = re.findall(r"[А-ЯЁ][а-яё-]+", match[1]) if match else []
    return fold(words[-1]) if words else ""


def _significant(name: str) -> frozenset[str]:
    """Return the lemmas that tell institutions apart; «им.», initials and legal forms do not."""
    words = [
        word
        for word in re.findall(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*|\d+", name)
        if word.lower() not in ("им", "имени", "для", "по", "города", "г")
    ]
    return frozenset(morphology.lemma(word.lower()) for word in words)


def _abbreviates(short: str, name: str) -> bool:
    """Whether the abbreviation is an acronym of the name.

    «ДРУНБ» is made of the first letters of «Донецкая республиканская универсальная научная библиотека…».
    """
    head = short.split()[0]
    return len(head) >= 3 and head.isupper() and any(acronym.startswith(head) for acronym in acronyms(name))
