#!/usr/bin/env bash
# Runs the providers' official npm clients against the sandbox. Needs Node 20 or later; nothing else of the project does.
#   eng/clients-test.sh [CLIENT ...]     for example: eng/clients-test.sh openai groq
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

if ! command -v npm > /dev/null; then
  echo "Node.js with npm is needed: https://nodejs.org" >&2
  exit 2
fi

dotnet build "$root/src/Parsimony.Cli" -v q --nologo
(cd "$root/tests/clients" && npm ci --no-audit --no-fund --ignore-scripts --loglevel error)

work="$(mktemp -d)"
"$root/artifacts/bin/Parsimony.Cli/debug/parsimony" sandbox --port 0 --speed 600 --certificate "$work/sandbox.pem" > "$work/sandbox.json" 2> "$work/sandbox.log" &
sandbox=$!
trap 'kill "$sandbox" 2> /dev/null || true; wait "$sandbox" 2> /dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  [ -s "$work/sandbox.json" ] && break
  sleep 0.2
done

announced() { node -e 'console.log(process.argv[2].split(".").reduce((o, name) => o[name], JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))))' "$work/sandbox.json" "$1"; }
PARSIMONY_SANDBOX="$(announced address)"
PARSIMONY_SANDBOX_TLS="$(announced tls.address)"
export PARSIMONY_SANDBOX PARSIMONY_SANDBOX_TLS NODE_EXTRA_CA_CERTS="$work/sandbox.pem"
cd "$root/tests/clients"
node run.js "$@"
