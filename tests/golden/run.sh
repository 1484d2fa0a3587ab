#!/bin/sh
# SPDX-License-Identifier: MIT
# Replays the recorded scenarios (golden.py).
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/golden/golden.py
