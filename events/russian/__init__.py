"""Russian as a language: strings in, strings out. No models, no requests, no Django.

folding, transliteration, typography, encodings, keyboard    letters and signs
dates, date_expressions, numbers                             partial dates, dates in running text, numerals
morphology, lemmatization, tokenization                      the dictionary, the lemmas of a word, the words of a text
names, places, organisation_names, noun_phrases              the grammar of names
values, person_names                                         one value of a cell or form; a name in its parts
"""
