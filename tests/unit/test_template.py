"""The packaged template (`make package`): what CloudFormation would swallow in silence and users would pay for."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".chalice"
BUILD = ROOT / ".local" / "build" / "local"
FUNCTIONS = {
    "APIHandler",
    "GateWorker",
    "NotifyWorker",
    "ParkWorker",
    "OutboxRedeliver",
    "CloseVisits",
    "ReadPassages",
    "PurgePersonalData",
    "ContinueMigration",
    "MigrateAccount",
    "PublishMenu",
    "SyncNews",
    "SubscribeGateEvents",
    "AppointStaff",
    "LeWorker",
    "SweepHolds",
    "PollLe",
    "WatchStock",
    "RepairHolds",
    "WarnCertificates",
    "SetUpProducts",
    "CanteenWorker",
    "PayWorker",
    "ExportWorker",
    "QueryPayments",
    "SyncCanteen",
    "ReconcileCanteen",
    "RefreshPayCertificates",
}
PEERS = ("Canteen", "Export", "Gate", "Le", "Park", "Pay", "Wechat")
STORES = ("AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket")
TABLES = {"account", "audit", "canteen", "channel", "logistics", "outbox", "visitor"}
FACES, PICTURES = (f"${{PhotoBucket.Arn}}/{prefix}/*" for prefix in ("faces", "logistics"))
"""Where faces lie, and pictures of certificates and signatures."""


@pytest.fixture(scope="session")
def tools() -> Any:
    """The packaging tools: `.chalice` is no importable name, so its folder goes on the path."""
    sys.path.insert(0, str(FOLDER))
    return importlib.import_module("verify")


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """The template as it would be deployed."""
    path = BUILD / "template.json"
    assert path.exists(), "run `make package` first; `make test` does"
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def of_type(template: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: entry["Properties"] for name, entry in template["Resources"].items() if entry.get("Type") == kind}


def policy(template: dict[str, Any], function: str) -> list[dict[str, Any]]:
    role = template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]
    policies = template["Resources"][role]["Properties"]["Policies"]
    assert len(policies) == 1
    statements: list[dict[str, Any]] = policies[0]["PolicyDocument"]["Statement"]
    return statements


def test_the_template_is_that_of_the_current_tools(template: dict[str, Any], tools: Any) -> None:
    extras = importlib.import_module("template").build()
    assert template["Parameters"] == json.loads(json.dumps(extras["Parameters"]))
    assert tools.problems(template, FOLDER) == []


def test_every_resource_has_a_type(template: dict[str, Any]) -> None:
    assert [name for name, entry in template["Resources"].items() if not entry.get("Type")] == []


def test_every_function_is_there_with_a_role_of_its_own(template: dict[str, Any]) -> None:
    functions = of_type(template, "AWS::Serverless::Function")
    assert set(functions) == FUNCTIONS
    assert len({json.dumps(function["Role"]) for function in functions.values()}) == len(FUNCTIONS)


def test_no_policy_allows_more_than_it_names(template: dict[str, Any]) -> None:
    for function in FUNCTIONS:
        for statement in policy(template, function):
            assert statement["Effect"] == "Allow"
            for action in statement["Action"]:
                assert "*" not in action, f"{function}: {action}"
            for resource in statement["Resource"]:
                text = resource["Fn::Sub"]
                assert not text.startswith("arn:aws:"), f"{function}: {text} does not exist in China"
                tail = text.rsplit("/", 1)[-1]
                # The key of SSM is AWS's own and has no name to write here; the condition names its alias.
                # Photos have keys below a prefix, and nothing else lies there.
                is_known = "kms:ResourceAliases" in json.dumps(statement) or text in (FACES, PICTURES)
                assert tail != "*" or is_known, f"{function}: {text}"


def test_policies_reach_only_what_the_function_works_with(template: dict[str, Any]) -> None:
    def reached(function: str) -> set[str]:
        texts = [resource["Fn::Sub"] for statement in policy(template, function) for resource in statement["Resource"]]
        return {text.split("${")[1].split(".")[0] for text in texts if text.startswith("${")}

    assert reached("GateWorker") == {
        "OutboxTable",
        "VisitorTable",
        "AccountTable",
        "GateQueue",
        "WechatQueue",
        "PhotoBucket",
    }
    reader = {"VisitorTable", "AccountTable", "AuditTable", "OutboxTable", "GateQueue", "WechatQueue"}
    assert reached("ReadPassages") == reader
    assert reached("SubscribeGateEvents") == set()
    assert reached("ParkWorker") == {"OutboxTable", "VisitorTable", "ParkQueue", "WechatQueue"}
    tables = {"OutboxTable", "VisitorTable", "LogisticsTable", "CanteenTable", "AccountTable", "ChannelTable"}
    notifier = tables | {"WechatQueue"}
    assert reached("NotifyWorker") == notifier
    assert reached("OutboxRedeliver") == {"OutboxTable"} | {f"{peer}Queue" for peer in PEERS}
    assert reached("CloseVisits") == {"VisitorTable", "AuditTable", "OutboxTable", "GateQueue", "ParkQueue"}
    assert reached("PurgePersonalData") == reached("CloseVisits") | {"PhotoBucket"}
    with_le = {"LogisticsTable", "OutboxTable", "AuditTable", "LeQueue", "WechatQueue"}
    assert reached("LeWorker") == reached("SweepHolds") == reached("PollLe") == with_le
    assert reached("WatchStock") == {"LogisticsTable"}
    assert reached("RepairHolds") == reached("SetUpProducts") == {"LogisticsTable", "AuditTable"}
    assert reached("WarnCertificates") == {"LogisticsTable", "OutboxTable", "AuditTable", "WechatQueue", "PhotoBucket"}
    money = {"CanteenTable", "OutboxTable", "AuditTable", "WechatQueue"}
    assert (
        reached("CanteenWorker")
        == reached("QueryPayments")
        == reached("ReconcileCanteen")
        == money
        | {
            "CanteenQueue",
            "PayQueue",
        }
    )
    assert reached("PayWorker") == money | {"CanteenQueue", "PayQueue"}
    assert reached("ExportWorker") == {"CanteenTable", "OutboxTable", "ExportQueue", "ExportBucket"}
    assert reached("SyncCanteen") == reached("RefreshPayCertificates") == {"CanteenTable"}
    assert reached("ContinueMigration") == {"ChannelTable", "AuditTable"}
    assert reached("MigrateAccount") == {"ChannelTable", "AuditTable"}
    assert reached("PublishMenu") == {"ChannelTable", "AuditTable"}
    assert reached("SyncNews") == {"ChannelTable"}
    assert reached("AppointStaff") == {"AccountTable", "AuditTable"}


def test_a_worker_cannot_read_the_keys_that_sign_sessions(template: dict[str, Any]) -> None:
    holders = {name for name in FUNCTIONS if "/session_keys" in json.dumps(policy(template, name))}
    assert holders == {"APIHandler"}


def test_only_the_migration_reads_the_old_accounts_secrets(template: dict[str, Any]) -> None:
    holders = {name for name in FUNCTIONS if "/wechat/old_" in json.dumps(policy(template, name))}
    assert holders == {"ContinueMigration"}


def test_failed_messages_of_a_batch_are_kept(template: dict[str, Any]) -> None:
    for name, function in of_type(template, "AWS::Serverless::Function").items():
        for event in function.get("Events", {}).values():
            if event["Type"] == "SQS":
                assert event["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def test_every_queue_gives_up_into_a_queue_that_is_watched(template: dict[str, Any]) -> None:
    queues = of_type(template, "AWS::SQS::Queue")
    dead = {name for name in queues if name.endswith("DeadLetterQueue")}
    assert {f"{peer}{kind}Queue" for peer in PEERS for kind in ("", "DeadLetter")} == set(queues)
    alarms = of_type(template, "AWS::CloudWatch::Alarm").values()
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in alarms
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        for dimension in alarm["Dimensions"]
    }
    assert watched == dead
    for name, queue in queues.items():
        assert queue["FifoQueue"] is True
        if name not in dead:
            assert queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0] in dead
            assert 3 <= queue["RedrivePolicy"]["maxReceiveCount"] <= 10


def test_a_message_stays_hidden_while_its_worker_may_still_run(template: dict[str, Any]) -> None:
    visibility = template["Parameters"]["QueueVisibilitySeconds"]
    for worker in (
        "GateWorker",
        "NotifyWorker",
        "ParkWorker",
        "LeWorker",
        "CanteenWorker",
        "PayWorker",
        "ExportWorker",
    ):
        timeout = template["Resources"][worker]["Properties"]["Timeout"]
        assert visibility["Default"] >= 6 * timeout
        assert visibility["MinValue"] >= timeout


def test_timeouts(template: dict[str, Any]) -> None:
    functions = of_type(template, "AWS::Serverless::Function")
    assert functions["APIHandler"]["Timeout"] == 10
    assert functions["OutboxRedeliver"]["Timeout"] < 60, "the next run starts a minute later"
    assert all(function["Timeout"] <= 60 for function in functions.values())


def test_every_function_has_the_settings_the_code_reads(template: dict[str, Any]) -> None:
    parameters = template["Parameters"]
    samples = {
        "PublicBaseUrl": "https://a.example",
        "GateBaseUrl": "https://g.example",
        "LeBaseUrl": "https://l.example",
        "MesBaseUrl": "https://m.example",
        "CanteenBaseUrl": "https://c.example",
        "ParameterPrefix": "/campus/test",
    }
    for name, function in of_type(template, "AWS::Serverless::Function").items():
        environment = {"AWS_REGION": "cn-north-1"}
        for variable, value in function["Environment"]["Variables"].items():
            if "Fn::If" in value:  # the bucket's own address, unless another one is given
                environment[variable] = value["Fn::If"][2]["Fn::Sub"].replace(
                    "${PhotoBucket.RegionalDomainName}", "b.example"
                )
                continue
            if "Fn::Select" in value:  # what the queues' addresses have in common
                ((word, queue),) = [value["Fn::Select"][1]["Fn::Split"]]
                assert template["Resources"][queue["Ref"]]["Type"] == "AWS::SQS::Queue"
                assert word == "canteen.fifo"
                environment[variable] = "https://sqs.example/campus-test-"
                continue
            target = value["Ref"]
            if target in parameters:
                environment[variable] = str(parameters[target].get("Default", samples.get(target, "value")))
            else:
                assert template["Resources"][target]["Type"] in STORES, name
                environment[variable] = f"https://sqs.example/{target}"
        settings = read_settings(environment)
        assert settings.tables["visitor"] == "https://sqs.example/VisitorTable"
        assert set(settings.tables) == TABLES
        assert settings.queue_urls["gate"] == "https://sqs.example/campus-test-gate.fifo"


def test_the_environment_of_a_function_fits_into_its_four_kilobytes(template: dict[str, Any]) -> None:
    """Lambda refuses more; measured with values as long as a real deployment's."""
    templates = "+".join("x" * 18 for _ in range(20)) + "=" + "t" * 43
    long = {
        "WechatTemplates": templates,
        "VisitingHours": "mon-fri:08:00-18:00;sat:09:00-12:00",
        "WechatDomainFiles": "M" * 45,
    }
    for function in of_type(template, "AWS::Serverless::Function").values():
        size = 0
        for variable, value in function["Environment"]["Variables"].items():
            parameter = template["Parameters"].get(value.get("Ref", ""), {})
            typical = str(parameter.get("Default", "")) or "x" * 48
            size += len(variable) + len(long.get(value.get("Ref", ""), typical).encode())
        assert size <= 4096


def test_nothing_of_the_template_is_a_secret(template: dict[str, Any]) -> None:
    text = json.dumps(template)
    assert "SecureString" not in text
    assert "AKIA" not in text
    assert not [name for name in template["Parameters"] if "secret" in name.lower() or "password" in name.lower()]


def test_tables_are_kept_recoverable_and_forget_on_time(template: dict[str, Any]) -> None:
    tables = {name: entry for name, entry in template["Resources"].items() if entry["Type"] == "AWS::DynamoDB::Table"}
    assert set(tables) == {f"{name.capitalize()}Table" for name in TABLES}
    for entry in tables.values():
        properties = entry["Properties"]
        assert entry["DeletionPolicy"] == entry["UpdateReplacePolicy"] == "Retain"
        assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["IsProduction", True, False]}
        keys = {"pk", "sk"}
        for index in properties.get("GlobalSecondaryIndexes", []):
            keys |= {key["AttributeName"] for key in index["KeySchema"]}
        assert {attribute["AttributeName"] for attribute in properties["AttributeDefinitions"]} == keys


def test_exports_are_gone_after_a_day(template: dict[str, Any]) -> None:
    (rule,) = template["Resources"]["ExportBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    holders = {name for name in FUNCTIONS if "ExportBucket" in json.dumps(policy(template, name))}
    assert holders == {"APIHandler", "ExportWorker"}


@pytest.mark.parametrize("name", ["PhotoBucket", "ExportBucket"])
def test_buckets_are_private(template: dict[str, Any], name: str) -> None:
    bucket = template["Resources"][name]["Properties"]
    (statement,) = template["Resources"][f"{name}Policy"]["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"] == [{"Fn::Sub": f"${{{name}.Arn}}"}, {"Fn::Sub": f"${{{name}.Arn}}/*"}]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]


def test_the_api_is_regional_compressed_and_reached_by_the_public_domain(template: dict[str, Any]) -> None:
    api = template["Resources"]["RestAPI"]["Properties"]
    assert api["EndpointConfiguration"] == "REGIONAL"
    assert api["MinimumCompressionSize"] == 1024
    mapping = template["Resources"]["PublicBasePath"]["Properties"]
    assert mapping["RestApiId"] == {"Ref": "RestAPI"}
    assert "BasePath" not in mapping


def test_every_log_has_an_end(template: dict[str, Any]) -> None:
    groups = of_type(template, "AWS::Logs::LogGroup")
    named = {group["LogGroupName"]["Fn::Sub"] for group in groups.values()}
    functions = of_type(template, "AWS::Serverless::Function").values()
    assert named == {"/aws/lambda/" + function["FunctionName"]["Fn::Sub"] for function in functions}
    assert all(group["RetentionInDays"] > 0 for group in groups.values())


def test_photos_are_private_uploaded_from_our_pages_only_and_never_stay_for_ever(template: dict[str, Any]) -> None:
    bucket = of_type(template, "AWS::S3::Bucket")["PhotoBucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = bucket["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == ([{"Ref": "PublicBaseUrl"}], ["POST"])
    expiry = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}["forgotten-photos"]
    assert (expiry["Status"], expiry["Prefix"]) == ("Enabled", "faces/")
    assert expiry["ExpirationInDays"] > template["Parameters"]["PersonalDataDays"]["MaxValue"]
    assert all("s3:" not in json.dumps(statement) or statement["Effect"] == "Deny" for statement in anybody(template))


def anybody(template: dict[str, Any]) -> list[dict[str, Any]]:
    """Statements of resource policies, which speak to callers other than our functions."""
    policies = of_type(template, "AWS::S3::BucketPolicy").values()
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


_OF_API = {"s3:PutObject", "s3:GetObject", "s3:DeleteObject"}
PHOTO_RIGHTS: dict[str, dict[str, set[str]]] = {
    "APIHandler": {FACES: _OF_API, PICTURES: _OF_API},
    "GateWorker": {FACES: {"s3:GetObject"}},
    "PurgePersonalData": {FACES: {"s3:DeleteObject"}},
    "WarnCertificates": {PICTURES: {"s3:DeleteObject"}},
}
"""Function → below which prefix → what it may do there."""


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_who_may_do_what_with_photos(template: dict[str, Any], function: str) -> None:
    objects, others = dict[str, set[str]](), set[str]()
    for statement in policy(template, function):
        if "PhotoBucket" not in json.dumps(statement):
            continue
        for resource in statement["Resource"]:
            place, actions = resource["Fn::Sub"], set(statement["Action"])
            if place in (FACES, PICTURES):
                objects.setdefault(place, set()).update(actions)
            else:
                others |= actions
    assert objects == PHOTO_RIGHTS.get(function, {})
    # without it S3 says "forbidden" of a photo that is not there
    reads = any("s3:GetObject" in actions for actions in objects.values())
    assert others == ({"s3:ListBucket"} if reads else set())


def test_a_mistake_in_the_extras_is_found(template: dict[str, Any], tools: Any) -> None:
    """Negative control: without it, the checks above could be checks that cannot fail."""

    def problems_after(change: Any) -> str:
        broken = json.loads(json.dumps(template))
        change(broken["Resources"])
        return " ".join(tools.problems(broken, FOLDER))

    assert "Mistyped has no Type" in problems_after(lambda r: r.update(Mistyped={"Properties": {}}))
    events = "GateWorkerSqsEventSource"
    assert "ReportBatchItemFailures is missing" in problems_after(
        lambda r: r["GateWorker"]["Properties"]["Events"][events]["Properties"].pop("FunctionResponseTypes")
    )
    assert "does not have the policy of policy-gate_worker.json" in problems_after(
        lambda r: r["GateWorkerRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"].pop()
    )
    assert "refers to NoSuchTable" in problems_after(
        lambda r: r["APIHandler"]["Properties"]["Environment"]["Variables"].update(T={"Ref": "NoSuchTable"})
    )


def test_a_policy_file_of_no_function_is_found(template: dict[str, Any], tools: Any, tmp_path: Path) -> None:
    for path in FOLDER.glob("*.json"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "policy-forgotten.json").write_text("{}")
    assert tools.problems(template, tmp_path) == [
        "policy-forgotten.json belongs to no function of .chalice/config.json"
    ]


def test_the_package_is_small_compiled_and_without_strangers() -> None:
    with zipfile.ZipFile(BUILD / "code.zip") as archive:
        names = archive.namelist()
    minor = f"{sys.version_info[0]}{sys.version_info[1]}"
    assert (BUILD / "code.zip").stat().st_size <= 15 * 1024 * 1024
    assert len(names) == len(set(names))
    assert f"chalicelib/core/__pycache__/settings.cpython-{minor}.pyc" in names
    services = {name.split("/")[2] for name in names if name.startswith("botocore/data/") and name.count("/") > 2}
    assert services == {"dynamodb", "s3", "sqs", "ssm", "sts"}
    assert not [name for name in names if name.startswith(("sandbox/", "tests/", "boto3/", "moto/", "web/"))]
    with_sources = {name.split("/")[0] for name in names if name.endswith(".py")}
    assert with_sources == {"app.py", "chalice", "chalicelib"}, "our own and what Chalice lays beside it"


EVERY_MODULE = """
import importlib, pkgutil, chalicelib
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    importlib.import_module(module.name)
"""
CERTIFICATES = """
import ssl
from botocore.httpsession import get_cert_path
assert ssl.create_default_context(cafile=get_cert_path(True)).cert_store_stats()["x509_ca"] > 100
"""


@pytest.mark.parametrize(
    "statements",
    [
        "import app",
        "import chalicelib.core.workers",
        "import chalicelib.domains.visitor.workers",
        "import chalicelib.domains.channel.workers",
        "import chalicelib.domains.channel.migration.workers",
        "import chalicelib.domains.account.workers",
        pytest.param(EVERY_MODULE, id="every module"),
        pytest.param(CERTIFICATES, id="certificates of the authorities"),
    ],
)
def test_the_package_needs_nothing_that_is_not_in_it(statements: str, unpacked: Path) -> None:
    """On Lambda there is nothing beside the package; `-S` takes this environment's libraries away."""
    script = f"import sys; sys.path.insert(0, {str(unpacked)!r})\n{statements}\nprint('ok')"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )
    assert (done.stdout.strip(), done.stderr) == ("ok", "")


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as Lambda lays it out."""
    folder = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(BUILD / "code.zip") as archive:
        archive.extractall(folder)
    return folder
