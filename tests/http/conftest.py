# SPDX-License-Identifier: MIT
"""Fixtures: `server` is shared by the tests of a file, `fresh` makes servers with own settings."""
import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lib"))
from rushlight import Server  # noqa: E402


# Metadata is on PostgreSQL when tests/postgres runs these tests.
embedded_metadata = pytest.mark.skipif("RUSHLIGHT_TEST_POSTGRES" in os.environ, reason="about the file meta.db")

# Events are on ClickHouse when tests/clickhouse runs them: stored a moment after the answer, not as files.
embedded_events = pytest.mark.skipif("RUSHLIGHT_TEST_CLICKHOUSE" in os.environ, reason="about events in files")


@pytest.fixture(scope="module")
def server():
    with Server() as s:
        yield s


@pytest.fixture
def fresh():
    started = []

    def make(**kw):
        started.append(Server(**kw))
        return started[-1].start()

    yield make
    for s in started:
        s.close()
