#!/bin/sh
# SPDX-License-Identifier: MIT
# Requests kept as segments and stored by workers; arguments go to pytest.
cd "$(dirname "$0")/../.." || exit 1
RUSHLIGHT_BIN=$(realpath "${RUSHLIGHT_BIN:-build/rushlight}")
export RUSHLIGHT_BIN PYTHONDONTWRITEBYTECODE=1
status=0
log=$(mktemp)
python3 -m pytest -q -p no:cacheprovider --tb=short "$@" tests/worker >"$log" 2>&1 || status=$?
cat "$log"
count() { grep -oE "[0-9]+ $1" "$log" | tail -n 1 | grep -oE '^[0-9]+' || echo 0; }
passed=$(count passed)
failed=$(($(count failed) + $(count 'errors?')))
[ "$status" -ne 0 ] && [ "$failed" -eq 0 ] && failed=1
rm -f "$log"
echo "$passed passed, $failed failed"
exit "$status"
