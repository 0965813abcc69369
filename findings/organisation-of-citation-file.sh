#!/bin/sh
# An author of CITATION.cff who is an organisation (an "entity": it has `name`, no `family-names`) becomes a person in
# what cffconvert 2.0.0 makes of the file: "@type": "Person" in schema.org and CodeMeta, and in BibTeX a name without
# braces, which BibTeX takes apart: family name "Library". A dataset, besides, becomes "SoftwareSourceCode".
# Fails when the organisation is one, or the dataset a "Dataset".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cffconvert==2.0.0 pybtex==0.26.1

cat >CITATION.cff <<'CFF'
cff-version: 1.2.0
message: Cite the data by this file.
type: dataset
title: Records of an invented archive
authors:
  - name: Invented Town Library
    city: Invented Town
date-released: "2026-01-31"
CFF
venv/bin/cffconvert --validate
for format in schema.org codemeta bibtex; do venv/bin/cffconvert --format $format >$format.txt; done
venv/bin/python - <<'PYTHON'
import json

from pybtex.database import parse_string

seen = {}
for name in ("schema.org", "codemeta"):
    made = json.load(open(f"{name}.txt"))
    seen[name] = (made["@type"], made["author"][0]["@type"], made["author"][0]["name"])
[entry] = parse_string(open("bibtex.txt").read(), "bibtex").entries.values()
[author] = entry.persons["author"]
seen["bibtex"] = (author.first_names + author.middle_names, author.last_names)
for name, what in seen.items():
    print(f"{name}: {what}")
as_person = ("SoftwareSourceCode", "Person", "Invented Town Library")
if seen != {"schema.org": as_person, "codemeta": as_person, "bibtex": (["Invented", "Town"], ["Library"])}:
    raise SystemExit("This has changed.")
PYTHON
