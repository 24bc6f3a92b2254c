"""The official client reads what was deployed, and finds the values of the bundle.

DEPLOYED names a JSON file: sets of objects, each with the connection string of where it is. Each value
is looked for where a program would: in the attribute of the model that has the member's name on the
wire, in the class that the client made of it. What the service adds must be one of its defaults.
Prints one line for each set, then `N passed, M failed`.
"""

import json
import os
import sys
import tempfile
import traceback

from azure.communication.jobrouter import JobRouterAdministrationClient

readers = {
    "classificationPolicies": "get_classification_policy",
    "distributionPolicies": "get_distribution_policy",
    "exceptionPolicies": "get_exception_policy",
    "queues": "get_queue",
}

# What stands in an answer where nothing was sent; `id` and `etag` are the service's own.
defaults = {
    "minConcurrentOffers": 1,
    "maxConcurrentOffers": 1,
    "bypassSelectors": False,
    "labels": {},
    "queueSelectorAttachments": [],
    "workerSelectorAttachments": [],
    "workerSelectors": [],
    "expedite": False,
    "scoringRuleOptions": {
        "scoringParameters": ["jobLabels", "workerSelectors"],
        "isBatchScoringEnabled": False,
        "descendingOrder": True,
    },
    "scoringParameters": ["jobLabels", "workerSelectors"],
    "isBatchScoringEnabled": False,
    "descendingOrder": True,
    "language": "powerFx",
    # Of the selectors of a policy: none of them has run out.
    "status": "active",
}
compared = 0


def values_of(model):
    """The values that a program reads, by their names on the wire."""
    return {
        rest: getattr(model, name) for name, rest in attributes_of(model).items()
    }


def attributes_of(model):
    return {
        name: field._rest_name
        for name, field in type(model)._attr_to_rest_field.items()
    }


def plain(value):
    return value.as_dict() if hasattr(value, "as_dict") else value


def with_own_label(wanted):
    """Every queue has its id as a label, whether that is said or not."""
    body = wanted["body"]
    if wanted["kind"] != "queues":
        return body
    return {**body, "labels": {"Id": wanted["id"], **body.get("labels", {})}}


def same(wanted, got, place):
    global compared
    if isinstance(wanted, list):
        assert len(got) == len(wanted), f"{place}: {len(got)} items, not {len(wanted)}"
        for index, (want, have) in enumerate(zip(wanted, got)):
            same(want, have, f"{place}[{index}]")
        return
    if not isinstance(wanted, dict):
        compared += 1
        # True is no 1 here, nor 1 a 1.0 that lost something.
        is_number = isinstance(wanted, (int, float)) and not isinstance(wanted, bool)
        kind = (int, float) if is_number else type(wanted)
        text = getattr(got, "value", got)
        assert isinstance(text, kind) and text == wanted, f"{place}: {got!r}, not {wanted!r}"
        return
    if hasattr(got, "_attr_to_rest_field"):
        if "kind" in wanted:
            name = type(got).__name__.lower()
            first = wanted["kind"].lower().replace("-", "").replace("_", "")
            assert name.startswith(first), f"{place}: {wanted['kind']} became {name}"
        found = {key: value for key, value in values_of(got).items() if value is not None}
    else:
        found = dict(got)
    for key, want in wanted.items():
        assert key in found, f"{place}.{key}: not there, wanted {want!r}"
        same(want, found[key], f"{place}.{key}")
    for key in found.keys() - wanted.keys():
        made_up = key in ("id", "etag")
        assert made_up or plain(found[key]) == defaults.get(key, "none"), (
            f"{place}.{key}: {plain(found[key])!r} was never sent"
        )


with open(os.environ["DEPLOYED"], encoding="utf-8") as file:
    sets = json.load(file)
failed = 0
for each in sets:
    # Each emulator has a certificate of its own, and all of them have one name.
    with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False) as pem:
        pem.write(each["certificate"])
    admin = JobRouterAdministrationClient.from_connection_string(
        each["connectionString"], connection_verify=pem.name, retry_total=1
    )
    before = compared
    try:
        for wanted in each["objects"]:
            got = getattr(admin, readers[wanted["kind"]])(wanted["id"])
            assert got.id == wanted["id"] and got.etag
            same(with_own_label(wanted), got, f"{wanted['kind']}/{wanted['id']}")
        assert compared > before, "nothing was compared"
        print(f"ok   {each['name']}: {len(each['objects'])} objects, {compared - before} values")
    except Exception:  # every failure is told, with where it was
        failed += 1
        print(f"FAIL {each['name']}\n{traceback.format_exc(limit=-3)}")
    finally:
        os.unlink(pem.name)
print(f"{len(sets) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
