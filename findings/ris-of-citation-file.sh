#!/bin/sh
# cffconvert 2.0.0 writes the last line of a RIS reference as "ER"; RIS wants "ER  - " (two spaces, hyphen, space).
# rispy 0.10.0 takes a reference only when its end tag comes: of that file it reads none and raises nothing, so an import
# of a CITATION.cff converted to RIS ends well with an empty list. With the end tag written out it reads the reference.
# Fails when cffconvert writes the whole end tag, or rispy reads the file or refuses it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check cffconvert==2.0.0 rispy==0.10.0

cat >CITATION.cff <<'CFF'
cff-version: 1.2.0
message: Cite the data by this file.
type: dataset
title: Records of an invented archive
authors:
  - family-names: Sample
    given-names: Vera
date-released: "2026-01-31"
CFF
venv/bin/cffconvert --validate
venv/bin/cffconvert --format ris >written.ris
tail -n 1 written.ris | grep -qx "ER" || { echo "The end tag is written otherwise: this has changed."; exit 1; }
sed 's/^ER$/ER  - /' written.ris >mended.ris
venv/bin/python - <<'PYTHON'
import rispy

written, mended = (rispy.loads(open(name).read()) for name in ("written.ris", "mended.ris"))
print(f"rispy reads {len(written)} references of cffconvert's file, {len(mended)} after “ER” became “ER  - ”.")
if written or len(mended) != 1:
    raise SystemExit("This has changed.")
PYTHON
