"""What must hold of the merged template before anybody deploys it; a mistake here is silent in CloudFormation."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stack_storage import PEERS
from template import FUNCTIONS


def problems(template: dict[str, Any], chalice_folder: Path) -> list[str]:
    """Everything wrong with the template, one sentence each."""
    found = [*_untyped(template), *_unknown_references(template), *_functions(template)]
    found += [*_partial_batches(template), *_policies(template, chalice_folder)]
    return found


def _untyped(template: dict[str, Any]) -> Iterator[str]:
    for name, resource in template["Resources"].items():
        if "Type" not in resource:
            yield f"{name} has no Type: the extras name a resource that Chalice did not make"


def _functions(template: dict[str, Any]) -> Iterator[str]:
    made = {key for key, value in template["Resources"].items() if value.get("Type") == "AWS::Serverless::Function"}
    for name in sorted(made - set(FUNCTIONS.values())):
        yield f"function {name} is missing in FUNCTIONS of .chalice/template.py"
    for name in sorted(made):
        policies = _role_of(template, name)["Properties"].get("Policies", [])
        if len(policies) != 1:
            yield f"{name} must have exactly one policy"


def _role_of(template: dict[str, Any], function: str) -> dict[str, Any]:
    role = template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]
    found: dict[str, Any] = template["Resources"][role]
    return found


def _partial_batches(template: dict[str, Any]) -> Iterator[str]:
    for worker in PEERS.values():
        function = FUNCTIONS[worker]
        events = template["Resources"].get(function, {}).get("Properties", {}).get("Events", {})
        queues = [event for event in events.values() if event.get("Type") == "SQS"]
        if not queues:
            yield f"{function} has no queue"
        for event in queues:
            if event["Properties"].get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
                yield f"{function} would delete failed messages: ReportBatchItemFailures is missing"


def _policies(template: dict[str, Any], folder: Path) -> Iterator[str]:
    functions = json.loads((folder / "config.json").read_text())["lambda_functions"]
    named = {options["iam_policy_file"] for options in functions.values() if "iam_policy_file" in options}
    for name in sorted({path.name for path in folder.glob("policy-*.json")} - named):
        yield f"{name} belongs to no function of .chalice/config.json"
    for name, logical_id in FUNCTIONS.items():
        if "Type" not in template["Resources"].get(logical_id, {}):
            continue
        document = json.loads((folder / functions[name]["iam_policy_file"]).read_text())
        if _role_of(template, logical_id)["Properties"]["Policies"][0]["PolicyDocument"] != document:
            yield f"{logical_id} does not have the policy of {functions[name]['iam_policy_file']}"


def _unknown_references(template: dict[str, Any]) -> Iterator[str]:
    known = {*template["Resources"], *template.get("Parameters", {})}
    for name in sorted(references(template) - known):
        # Pseudo parameters and what SAM makes of the API (`RestAPI.Stage`).
        if not name.startswith("AWS::") and name.split(".")[0] not in known:
            yield f"the template refers to {name}, which does not exist"


def references(node: Any) -> set[str]:
    """Every name that Ref, Fn::GetAtt or Fn::Sub of the document refers to."""
    if isinstance(node, list):
        return set().union(*(references(entry) for entry in node))
    if not isinstance(node, dict):
        return set()
    found = set().union(*(references(value) for value in node.values()))
    if isinstance(node.get("Ref"), str):
        found.add(node["Ref"])
    target = node.get("Fn::GetAtt")
    if isinstance(target, list):
        found.add(target[0])
    found |= _substituted(node.get("Fn::Sub"))
    return found


def _substituted(value: Any) -> set[str]:
    text, local = (value[0], set(value[1])) if isinstance(value, list) else (value, set())
    if not isinstance(text, str):
        return set()
    names = {part.split("}")[0] for part in text.split("${")[1:]}
    return {name if name.startswith("AWS::") else name.split(".")[0] for name in names} - local
