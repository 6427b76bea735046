#!/bin/sh
# Runs three real nodes on a private PostgreSQL, kills and stops them (and the database) while runs feed them, and holds the ledger against the sandbox's bill.
# Usage: eng/nodes-test.sh [--requests 10000] [--nodes 3] [--events 60] [--seed 1] [--speed 40]
# Takes about 10 minutes; exit code 0 when nothing was lost and bill and ledger agree to the last digit. Needs PostgreSQL 15 or later. See docs/testing.md.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
dotnet build "$root/tests/Parsimony.Kill" -v q --nologo
exec dotnet "$root/artifacts/bin/Parsimony.Kill/debug/Parsimony.Kill.dll" nodes "$@"
