#!/bin/sh
# Kills the real program (SIGKILL) at every named effect and at random instants, starts it again, and holds its ledger against the sandbox's bill.
# Usage: eng/kill-test.sh [--kills-per-point 5] [--random 25] [--lanes 10] [--seed 1] [--only POINT]
# Takes about 15 minutes; exit code 0 when every point was hit and bill and ledger agree to the last digit. See docs/testing.md.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
dotnet build "$root/tests/Parsimony.Kill" -v q --nologo
exec dotnet "$root/artifacts/bin/Parsimony.Kill/debug/Parsimony.Kill.dll" "$@"
