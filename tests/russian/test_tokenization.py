"""What is a word, and what its signs do not change."""

from events.russian.tokenization import tokenize


def test_the_apostrophe_of_a_ukrainian_word_may_be_any_sign_or_none():
    assert {word.text for text in ("об'єкт", "об’єкт", "обʼєкт", "обєкт") for word in tokenize(text)} == {"обєкт"}


def test_stress_soft_hyphens_and_decomposed_letters_make_no_difference():
    written = "библиоте\u0301ка биб\u00adлио\u00adтека библиотека музеи\u0306 музей"
    assert {word.lemmas[0] for word in tokenize(written)} == {"библиотека", "музей"}


def test_an_initial_is_no_conjunction():
    assert [word.lemmas[0] for word in tokenize("И. Л. Алехина и Чоботова")] == [
        "и.", "л.", "алехин", "и", "чоботов",
    ]  # fmt: skip
