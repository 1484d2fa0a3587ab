#!/bin/sh
# SPDX-License-Identifier: MIT
# Faults: kill -9 under load, full disk, read-only directory, damaged files; arguments go to pytest.
# FAULTS_ROUNDS is the number of kills (25 here; 1000 when pytest is called directly).
cd "$(dirname "$0")/../.." || exit 1
RUSHLIGHT_BIN=$(realpath "${RUSHLIGHT_BIN:-build/rushlight}")
FAULTS_ROUNDS=${FAULTS_ROUNDS:-25}
export RUSHLIGHT_BIN FAULTS_ROUNDS PYTHONDONTWRITEBYTECODE=1
status=0
log=$(mktemp)
python3 -m pytest -q -s -p no:cacheprovider --tb=short "$@" tests/faults >"$log" 2>&1 || status=$?
cat "$log"
count() { grep -oE "[0-9]+ $1" "$log" | tail -n 1 | grep -oE '^[0-9]+' || echo 0; }
passed=$(count passed)
failed=$(($(count failed) + $(count 'errors?')))
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
rm -f "$log"
echo "$passed passed, $failed failed"
exit "$status"
