# SPDX-License-Identifier: MIT
"""`rushlight cost` and the page of costs: measured usage of a running server times the table of prices."""
import json
import re

import pytest
from conftest import embedded_metadata
from rushlight import run_cli

PRICES = """provider home Home
price home database 2 USD gb-month 2026-01 mine
price home writes 3 USD 1k 2026-01 mine
growth 10 1 5 1 2 2026-01 mine
growth 100 2 50 10 20 2026-01 mine
"""


def cost(server, *args):
    out = run_cli("cost", "--url", f"http://127.0.0.1:{server.port}", *args)
    assert out.returncode == 0, out.stderr
    return out.stdout


def part(report, name):
    return [p for p in report["parts"] if p["part"] == name][0]


def test_own_sum_and_the_plans_estimate_are_both_there(server):
    text = cost(server)
    assert "61.20 CNY" in text and "8 to 12 USD" in text and "6 to 8 USD" in text
    assert "its own sum of 61 + 8.6 + 4.3 CNY is about 10 USD" in text
    assert re.search(r"^  sum .* \d+\.\d\d USD", text, re.M)


@embedded_metadata  # the size of a PostgreSQL server is not measured
def test_what_is_measured_comes_from_the_server(server):
    report = json.loads(cost(server, "--json"))
    assert report["embedded"] is True
    assert part(report, "database")["origin"] == "measured" and part(report, "database")["quantity"] > 0
    assert part(report, "compute")["origin"] == "assumed"
    assert [t for t in report["triggers"] if t["name"] == "disk"][0]["value"] > 0


@pytest.mark.parametrize("users,plan", [(10, (8, 12)), (50, (20, 30)), (100, (40, 60)), (500, (100, 200))])
def test_projection_names_the_plan_and_the_nearest_limit(server, users, plan):
    report = json.loads(cost(server, "--users", str(users), "--json"))
    assert report["projected"] is True and report["users"] == users
    assert (report["plan"]["low"], report["plan"]["high"]) == plan
    assert len([t for t in report["triggers"] if t["nearest"]]) == 1
    assert "<- nearest" in cost(server, "--users", str(users))


def test_own_table_of_prices(server, tmp_path):
    table = tmp_path / "prices.txt"
    table.write_text(PRICES)
    report = json.loads(cost(server, "--prices", str(table), "--users", "100", "--json"))
    assert report["provider"] == "home"
    assert part(report, "database")["usd"] == pytest.approx(100)
    assert "usd" not in part(report, "compute") and report["unpriced"] >= 1


@pytest.mark.parametrize("text,word", [("provider home Home\nprice home wine 2 USD gb 2026-01 mine\n", "line 2"),
                                       ("", "needs a provider")])
def test_bad_table_is_refused_with_its_line(server, tmp_path, text, word):
    table = tmp_path / "prices.txt"
    table.write_text(text)
    out = run_cli("cost", "--url", f"http://127.0.0.1:{server.port}", "--prices", str(table))
    assert out.returncode == 2 and word in out.stderr


def test_table_over_the_limit_is_refused(server, tmp_path):
    table = tmp_path / "prices.txt"
    table.write_text("#" * (1 << 20) + "\n")
    out = run_cli("cost", "--url", f"http://127.0.0.1:{server.port}", "--prices", str(table))
    assert out.returncode == 2 and "1 MiB" in out.stderr


def test_without_a_server_nothing_is_called_measured(tmp_path):
    out = run_cli("cost", "--data", str(tmp_path / "none"), "--url", "http://127.0.0.1:9", "--json")
    assert out.returncode == 0 and "nothing is measured" in out.stderr
    assert {p["origin"] for p in json.loads(out.stdout)["parts"]} == {"assumed"}


def test_unknown_provider_and_users(server):
    url = f"http://127.0.0.1:{server.port}"
    assert run_cli("cost", "--url", url, "--provider", "moon").returncode == 2
    assert run_cli("cost", "--url", url, "--users", "0").returncode == 2


def signed_in(server, email, *options):
    made = run_cli("user", "add", email, "--password-stdin", "--data", server.data, *options, stdin="a-long-password-1\n")
    assert made.returncode == 0, made.stderr
    a = server.request("POST", "/api/ui/auth/sign-in", {"email": email, "password": "a-long-password-1"}, auth=False)
    return {"Cookie": a.headers["set-cookie"].split(";")[0]}


def test_page_is_for_the_admin_only(fresh):
    server = fresh()
    admin, other = signed_in(server, "admin@example.com", "--admin"), signed_in(server, "bob@example.com")
    assert server.request("GET", "/api/ui/cost", auth=False).status == 401
    assert server.request("GET", "/api/ui/cost", auth=False, headers=other).status == 403
    report = server.request("GET", "/api/ui/cost?users=50", auth=False, headers=admin).json
    assert report["projected"] is True and report["users"] == 50 and report["plan"]["users"] == 50
    assert {p["id"] for p in report["providers"]} == {"alibaba", "azure", "aws"}
    for bad in ("users=-1", "users=1000001", "provider=moon"):
        assert server.request("GET", f"/api/ui/cost?{bad}", auth=False, headers=admin).status == 400


@embedded_metadata
def test_metrics_have_the_machine(server):
    text = server.request("GET", "/metrics", auth=False).body.decode()
    size, free = (int(re.search(rf"^rushlight_disk_{n} (\d+)$", text, re.M)[1]) for n in ("bytes", "free_bytes"))
    assert 0 < free <= size
    assert int(re.search(r"^rushlight_metadata_bytes (\d+)$", text, re.M)[1]) > 0
    assert re.search(r"^rushlight_users \d+$", text, re.M)
