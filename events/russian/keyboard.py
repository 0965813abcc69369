"""Keyboard layouts: a text typed with the other layout on."""

import re

# The two keyboards, letter by letter. What is not a letter on one of them may be one on the other.
_ENGLISH_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_RUSSIAN = str.maketrans(
    _ENGLISH_KEYS + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>/@#', _RUSSIAN_KEYS + _RUSSIAN_KEYS.upper() + '."№'
)
_TO_ENGLISH = str.maketrans(_RUSSIAN_KEYS + _RUSSIAN_KEYS.upper(), _ENGLISH_KEYS + _ENGLISH_KEYS.upper())


def other_layout(text: str) -> str:
    """The text as if the other keyboard layout had been on: «,b,kbjntrf» → «библиотека», «ызщке» → "sport"."""
    if re.search("[а-яё]", text, re.IGNORECASE):
        return text.translate(_TO_ENGLISH)
    russian = text.translate(_TO_RUSSIAN)
    # With Caps Lock a sign stays what it is, and is no capital on the other keyboard.
    return russian.upper() if len(text) > 1 and text.isupper() else russian
