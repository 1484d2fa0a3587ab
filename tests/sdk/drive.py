# SPDX-License-Identifier: MIT
"""Runs the suites against one fresh server and counts: drive.py [suite...].

Each suite is a process that finds the server, the key pair and the fake OpenAI API in its environment,
as a user's program would. What could not be installed is a failure (BROKEN), except that without a
network (UNREACHABLE) it is left out; under CI that is a failure, too.
"""
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "lib"))
from rushlight import PK, SK, PROJECT, Server, basic, clean_env  # noqa: E402

LIMIT_S = 180
# Suite: the environment of packages it needs.
SUITES = {
    "js/langfuse-v5": "js",
    "js/langfuse-v3": "js",
    "js/openai": "js",
    "js/langchain": "js",
    "js/langchain-v3": "js",
    "js/vercel-ai": "js",
    "js/otel": "js",
    "python/test_v4": "py-v4",
    "python/test_v5": "py-v5",
    "python/test_v4_openai": "py-v4",
    "python/test_v4_langchain": "py-v4",
    "python/test_fastapi": "py-v4",
    "python/test_otel": "py-v4",
    "python/test_v3": "py-v3",
    "python/test_v2": "py-v2",
}


def command(suite, packages):
    if packages == "js":
        return ["node", "--test", "--test-reporter=spec", str(HERE / f"{suite}.test.mjs")]
    return [str(ROOT / "build" / "sdk" / packages / "bin" / "python"), "-m", "pytest", "-q",
            "-p", "no:cacheprovider", "--tb=short", str(HERE / f"{suite}.py")]


def environment(server, openai_port):
    url = f"http://127.0.0.1:{server.port}"
    return clean_env({
        "LANGFUSE_PUBLIC_KEY": PK, "LANGFUSE_SECRET_KEY": SK,
        "LANGFUSE_HOST": url, "LANGFUSE_BASE_URL": url, "LANGFUSE_BASEURL": url,
        "OTEL_EXPORTER_OTLP_ENDPOINT": url + "/api/public/otel",
        "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=" + basic().replace(" ", "%20"),
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "OPENAI_API_KEY": "sk-none", "OPENAI_BASE_URL": f"http://127.0.0.1:{openai_port}/v1",
        "RUSHLIGHT_URL": url, "RUSHLIGHT_PROJECT": PROJECT,
        # Nothing but loopback, and no telemetry of the packages' own.
        "NO_PROXY": "*", "no_proxy": "*", "LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false",
        "DO_NOT_TRACK": "1", "ANONYMIZED_TELEMETRY": "false", "AI_SDK_LOG_WARNINGS": "false",
        "NEXT_TELEMETRY_DISABLED": "1", "POSTHOG_DISABLED": "1",
    })


def count(output):
    """(passed, failed) of node's runner or of pytest."""
    def number(pattern):
        found = re.findall(pattern, output)
        return int(found[-1]) if found else 0
    if re.search(r"^\S+ tests \d+$", output, re.M):
        total = number(r"(?m)^\S+ tests (\d+)$")
        passed = number(r"(?m)^\S+ pass (\d+)$")
        return passed, total - passed
    return number(r"(\d+) passed"), number(r"(\d+) failed") + number(r"(\d+) errors?\b")


def run(suite, packages, env):
    started = time.monotonic()
    try:
        done = subprocess.run(command(suite, packages), env=env, cwd=HERE, text=True, timeout=LIMIT_S,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        status, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as e:
        status, output = 1, (e.stdout or b"").decode(errors="replace") + f"\nno end after {LIMIT_S} s\n"
    passed, failed = count(output)
    if failed == 0 and (status != 0 or passed == 0):
        failed = 1
    print(f"==== {suite}: {passed} passed, {failed} failed, {time.monotonic() - started:.1f} s", flush=True)
    if failed or os.environ.get("VERBOSE"):
        print(output, flush=True)
    return passed, failed


def main():
    if not os.access(os.environ.get("RUSHLIGHT_BIN", ""), os.X_OK):
        sys.exit("there is no program to test: RUSHLIGHT_BIN=" + os.environ.get("RUSHLIGHT_BIN", ""))
    unreachable = os.environ.get("UNREACHABLE", "").split()
    broken = os.environ.get("BROKEN", "").split()
    if os.environ.get("CI") == "true":
        broken += unreachable
    wanted = [s for s in SUITES if not sys.argv[1:] or any(a in s for a in sys.argv[1:])]
    passed = failed = 0
    with subprocess.Popen(["node", str(HERE / "fake-openai.mjs")], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as fake, Server() as server:
        port = int(re.search(r"port (\d+)", fake.stdout.readline()).group(1))
        env = environment(server, port)
        for suite in wanted:
            if SUITES[suite] in unreachable + broken:
                print(f"==== {suite}: its packages are missing")
                failed += SUITES[suite] in broken
                continue
            more = run(suite, SUITES[suite], env)
            passed, failed = passed + more[0], failed + more[1]
        if failed:
            print("---- the server's log ends with:\n" + server.log[-3000:])
        fake.stdin.close()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
