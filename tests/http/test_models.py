# SPDX-License-Identifier: MIT
"""Model definitions and score configurations."""
import pytest
from rushlight import event, send

TIERS = [{"name": "Standard", "isDefault": True, "priority": 0, "conditions": [], "prices": {"input": 0.001, "output": 0.002}},
         {"name": "Large", "isDefault": False, "priority": 1, "conditions": [{"usageDetailPattern": "^input", "operator": "gt", "value": 1000}],
          "prices": {"input": 0.01, "output": 0.02}}]


def make(server, **body):
    return server.post("/models", {"unit": "TOKENS", **body})


def test_create_use_delete(server):
    a = make(server, modelName="own", matchPattern=r"(?i)^(own)(-v\d+)?$", inputPrice=0.001, outputPrice=0.002)
    assert a.status == 200
    m = a.json
    assert (m["modelName"], m["inputPrice"], m["outputPrice"], m["totalPrice"], m["isLangfuseManaged"]) == ("own", 0.001, 0.002, None, False)
    assert m["prices"] == {"input": {"price": 0.001}, "output": {"price": 0.002}}
    assert [(t["name"], t["isDefault"], t["priority"]) for t in m["pricingTiers"]] == [("Standard", True, 0)]
    assert server.get("/models/" + m["id"]).json == m
    send(server, event("generation-create", {"id": "g", "traceId": "t", "model": "OWN-v2", "usageDetails": {"input": 10, "output": 5}}))
    o = server.get("/observations/g").json
    assert (o["modelId"], o["calculatedTotalCost"]) == (m["id"], 0.02)
    a = server.delete("/models/" + m["id"])
    assert (a.status, a.json) == (200, {"message": "Model successfully deleted"})
    assert server.get("/models/" + m["id"]).status == 404


def test_tiers(server):
    m = make(server, modelName="tiered", matchPattern="^tiered$", pricingTiers=TIERS).json
    assert [t["name"] for t in m["pricingTiers"]] == ["Standard", "Large"]
    send(server, event("generation-create", {"id": "small", "traceId": "t", "model": "tiered", "usageDetails": {"input": 1000}}),
         event("generation-create", {"id": "large", "traceId": "t", "model": "tiered", "usageDetails": {"input": 1001}}))
    small, large = (server.get("/observations/" + i).json for i in ("small", "large"))
    assert (small["usagePricingTierName"], small["calculatedTotalCost"]) == ("Standard", 1)
    assert (large["usagePricingTierName"], large["calculatedTotalCost"]) == ("Large", 10.01)


@pytest.mark.parametrize("body,error", [
    ({"totalPrice": 1, "inputPrice": 1}, [{"code": "custom", "path": ["totalPrice"],
                                           "message": "If input and/or output price is set, total price must be null"}]),
    ({"unit": "BANANAS"}, [{"code": "invalid_value", "values": ["TOKENS", "CHARACTERS", "MILLISECONDS", "SECONDS", "REQUESTS", "IMAGES"],
                            "path": ["unit"], "message": 'Invalid option: expected one of "TOKENS"|"CHARACTERS"|"MILLISECONDS"|"SECONDS"|"REQUESTS"|"IMAGES"'}]),
    ({"pricingTiers": [TIERS[0], {**TIERS[1], "prices": {"input": 0.01}}]}, [{"code": "custom", "path": ["pricingTiers"], "message":
     'Pricing tier "Large" must have the same usage keys as the default tier. Expected: [input, output], Got: [input]'}]),
])
def test_recorded_refusals(server, body, error):
    a = make(server, **{"modelName": "x", "matchPattern": "x", **body})
    assert (a.status, a.json) == (400, {"message": "Invalid request data", "error": error})


def test_bad_pattern(server):
    a = make(server, modelName="x", matchPattern="(((", inputPrice=1)
    assert (a.status, a.json) == (400, {"message": "matchPattern is not a valid regex pattern (Postgres)", "error": "InvalidRequestError"})


@pytest.mark.parametrize("pattern,status", [
    ("(?i)^own-a$|^b$", 200), ("^(?:own-b|c)(?=x)(?!y)(?<=z)$", 200), (r"^own-\(?d[(?i)]$", 200), ("^own$|(?i)^own-c$", 400), ("^(?<n>own-d)$", 400),
])
def test_pattern_says_options_first(server, pattern, status):
    assert make(server, modelName=pattern, matchPattern=pattern, inputPrice=1).status == status


def test_same_name_stands_by_start(server):
    data = server.get("/models", {"limit": 100}).json["data"]
    same = [m["startDate"] for m in data if m["modelName"] == "gpt-3.5-turbo" and m["isLangfuseManaged"]]
    assert same == [f"{day}T00:00:00.000Z" for day in ("2024-02-16", "2023-11-06", "2023-06-27")] + [None]


def test_built_in_models_say_unit_and_dates(server):
    models = {}
    for page in (1, 2):
        for m in server.get("/models", {"limit": 100, "page": page}).json["data"]:
            if m["isLangfuseManaged"]:
                models.setdefault(m["modelName"], m)
    assert (models["chat-bison"]["unit"], models["gpt-4"]["unit"], models["gemini-2.5-pro"]["unit"]) == ("CHARACTERS", "TOKENS", None)
    assert models["gpt-4o"]["createdAt"] == "2024-05-13T23:15:07.670Z"
    assert models["gemini-1.0-pro"]["startDate"] == "2024-02-15T00:00:00.000Z"
    assert server.get("/models/" + models["chat-bison"]["id"]).json == models["chat-bison"]


def test_list_holds_the_price_table(server):
    a = server.get("/models", {"limit": 100}).json
    assert a["meta"]["totalItems"] > 100
    assert any(m["modelName"].startswith("claude") and m["isLangfuseManaged"] for m in a["data"])
    managed = next(m for m in a["data"] if m["isLangfuseManaged"])
    assert server.get("/models/" + managed["id"]).json["modelName"] == managed["modelName"]
    assert server.delete("/models/" + managed["id"]).status == 404
    assert len(server.get("/models", {"limit": 3, "page": 2}).json["data"]) == 3


def test_missing(server):
    a = server.get("/models/nope")
    assert (a.status, a.json) == (404, {"message": "No model with this id found.", "error": "LangfuseNotFoundError"})


# ---- score configurations
def config(server, **body):
    return server.post("/score-configs", body)


def test_config_life(server):
    a = config(server, name="quality", dataType="NUMERIC", minValue=0, maxValue=1, description="d")
    assert a.status == 200
    c = a.json
    assert (c["name"], c["dataType"], c["minValue"], c["maxValue"], c["description"], c["isArchived"], c["categories"]) == \
        ("quality", "NUMERIC", 0, 1, "d", False, None)
    assert server.get("/score-configs/" + c["id"]).json == c
    changed = server.patch("/score-configs/" + c["id"], {"isArchived": True, "maxValue": 5}).json
    assert (changed["isArchived"], changed["maxValue"], changed["minValue"]) == (True, 5, 0)
    a = server.patch("/score-configs/" + c["id"], {"minValue": 10})
    assert (a.status, a.json) == (400, {"message": "Maximum value must be greater than Minimum value", "error": "InvalidRequestError"})
    assert server.patch("/score-configs/" + c["id"], {}).status == 400
    assert server.get("/score-configs").json["data"][0]["id"] == c["id"]


def test_boolean_config_has_its_categories(server):
    assert config(server, name="ok", dataType="BOOLEAN").json["categories"] == [{"label": "True", "value": 1}, {"label": "False", "value": 0}]


@pytest.mark.parametrize("body,error", [
    ({"dataType": "CATEGORICAL", "categories": [{"label": "a", "value": 1}, {"label": "a", "value": 1}]},
     {"code": "custom", "message": "Duplicate category label: a, category labels must be unique", "path": ["categories"]}),
    ({"dataType": "BOOLEAN", "categories": [{"label": "a", "value": 1}]},
     {"expected": "undefined", "code": "invalid_type", "path": ["categories"], "message": "Invalid input: expected undefined, received array"}),
    ({"dataType": "NUMERIC", "name": "x" * 40}, {"origin": "string", "code": "too_big", "maximum": 35, "inclusive": True, "path": ["name"],
                                                 "message": "Too big: expected string to have <=35 characters"}),
])
def test_config_refusals(server, body, error):
    a = server.post("/score-configs", {"name": "x", **body})
    assert (a.status, a.json) == (400, {"message": "Invalid request data", "error": [error]})


@pytest.mark.parametrize("body", [{}, {"name": "x"}, {"name": "x", "dataType": "FOO"}, {"name": "x", "dataType": "NUMERIC", "minValue": 2, "maxValue": 1},
                                  {"name": "x", "dataType": "CATEGORICAL"}, {"name": "", "dataType": "NUMERIC"}])
def test_other_config_refusals(server, body):
    assert server.post("/score-configs", body).status == 400


def test_config_missing(server):
    a = server.get("/score-configs/nope")
    assert (a.status, a.json) == (404, {"message": "Score config not found within authorized project", "error": "LangfuseNotFoundError"})
