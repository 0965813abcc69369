#!/bin/sh
# @paulirish/trace_engine 0.0.59, on which lighthouse 12.8.2 depends, asks for third-party-web "latest" in its published
# manifest. A lock file resolves that tag to the version of its day; `npm ci` resolves it anew and compares. So a project
# whose own manifest and lock file are pinned and unchanged can no longer be installed as soon as third-party-web
# publishes a version: EUSAGE, "lock file's third-party-web@0.27.0 does not satisfy third-party-web@0.30.0" (npm 11.19).
# An "overrides" entry in the project's manifest keeps the lock file valid.
# Fails when the lock file of an earlier day is accepted, or the pinned one is refused.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

locked() {  # $1: the rest of the manifest; a lock file as it was made on 1 September 2025, then `npm ci`
    rm -rf node_modules package-lock.json
    printf '{"private": true, "dependencies": {"@paulirish/trace_engine": "0.0.59"}%s}\n' "$1" >package.json
    npm install --package-lock-only --no-audit --no-fund --before=2025-09-01 >/dev/null 2>&1
    grep -A1 '"node_modules/third-party-web"' package-lock.json | grep -q '"version": "0.27.0"'
    npm ci --no-audit --no-fund >said 2>&1
}

echo "npm $(npm --version)"
if locked ''; then
    echo "The lock file of September 2025 is accepted: this has changed."
    exit 1
fi
grep "third-party-web@0.27.0 does not satisfy" said
locked ', "overrides": {"third-party-web": "0.27.0"}' || { echo "The override is not honoured: this has changed."; exit 1; }
echo "With the override the same lock file is installed."
