"""Brings a packaged stage into an account with CloudFormation: the embedded cloud and AWS take the same road."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
FINISHED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
# A stack whose very first creation failed holds nothing and can only be deleted.
STILLBORN = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
# SecureString parameters every stage needs, below its prefix.
SECRETS = (
    "session_keys",
    "wechat/app_secret",
    "wechat/callback_token",
    "wechat/encoding_aes_key",
    "gate/app_key",
    "gate/app_secret",
    "gate/event_token",
    "personal_data/keys",
    "personal_data/index_key",
    "le/secret",
    "le/id_number_key",
    "mes/secret",
    "canteen/secret",
    "wechat_pay/private_key",
    "wechat_pay/api_v3_key",
    "sms/secret_id",
    "sms/secret_key",
)
# SSM answers for ten names a call.
NAMES_AT_ONCE = 10
# Further ones of a stage that has a park.
PARK_SECRETS = ("park/secret",)
# And of one that has a mini program.
MINI_PROGRAM_SECRETS = ("wechat/mini_program_app_secret",)
# And of one whose WeChat Pay answers are signed by its public key.
PAY_PUBLIC_KEY_SECRETS = ("wechat_pay/public_key",)

Client = Callable[[str], Any]


class DeploymentError(Exception):
    """The stack is not what it should be; the message says why, with CloudFormation's own words."""


def missing_secrets(
    ssm: Any,
    prefix: str,
    *,
    has_park: bool = False,
    has_mini_program: bool = False,
    has_pay_public_key: bool = False,
) -> list[str]:
    """Names of the secrets SSM does not have."""
    optional = (
        (has_park, PARK_SECRETS),
        (has_mini_program, MINI_PROGRAM_SECRETS),
        (has_pay_public_key, PAY_PUBLIC_KEY_SECRETS),
    )
    wanted = SECRETS + tuple(name for is_needed, names in optional if is_needed for name in names)
    names = [f"{prefix}/{name}" for name in wanted]
    parts = [names[start : start + NAMES_AT_ONCE] for start in range(0, len(names), NAMES_AT_ONCE)]
    answers = [ssm.get_parameters(Names=part, WithDecryption=False) for part in parts]
    found = {entry["Name"] for answer in answers for entry in answer["Parameters"]}
    return [name for name in names if name not in found]


def ensure_bucket(s3: Any, bucket: str, region: str) -> None:
    """The bucket that holds packages; made on the first deployment."""
    try:
        s3.head_bucket(Bucket=bucket)
    except s3.exceptions.ClientError:
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
        private = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(private, True))


def upload(s3: Any, bucket: str, build: Path) -> tuple[str, str]:
    """Upload code and template of a build under names made of their content; returns both keys."""
    digest = (build / "code.sha256").read_text().strip()
    code_key, template_key = f"code/{digest}.zip", f"templates/{digest}.json"
    try:
        s3.head_object(Bucket=bucket, Key=code_key)
    except s3.exceptions.ClientError:
        s3.upload_file(str(build / "code.zip"), bucket, code_key)
    template = json.loads((build / "template.json").read_text())
    s3.put_object(Bucket=bucket, Key=template_key, Body=json.dumps(template, separators=(",", ":")).encode())
    return code_key, template_key


def deploy(client: Client, stack: str, bucket: str, build: Path, parameters: Mapping[str, str]) -> dict[str, str]:
    """Create or update the stack, wait for it, return its outputs. Raises DeploymentError with the failed events."""
    s3, formation = client("s3"), client("cloudformation")
    code_key, template_key = upload(s3, bucket, build)
    values = {**parameters, "CodeBucket": bucket, "CodeKey": code_key}
    request = {
        "StackName": stack,
        "TemplateURL": f"{s3.meta.endpoint_url}/{bucket}/{template_key}",
        "Capabilities": CAPABILITIES,
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(values.items())],
    }
    began = time.time()
    status = describe(formation, stack).get("StackStatus")
    if status in STILLBORN:
        formation.delete_stack(StackName=stack)
        _wait(formation, stack)
        status = None
    if status is None:
        formation.create_stack(**request)
    elif not _update(formation, request):
        return outputs(formation, stack)
    final = _wait(formation, stack)
    if final not in FINISHED:
        raise DeploymentError(f"stack {stack}: {final}\n" + "\n".join(_failures(formation, stack, began)))
    return outputs(formation, stack)


def _update(formation: Any, request: Mapping[str, Any]) -> bool:
    """Start an update; ``False`` when the stack is already what it should be."""
    try:
        formation.update_stack(**request)
    except formation.exceptions.ClientError as error:
        if "No updates are to be performed" in str(error):
            return False
        raise DeploymentError(f"stack {request['StackName']}: {error}") from None
    return True


def describe(formation: Any, stack: str) -> dict[str, Any]:
    """The stack as CloudFormation describes it, empty when there is none."""
    try:
        found: dict[str, Any] = formation.describe_stacks(StackName=stack)["Stacks"][0]
    except formation.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return {}
        raise
    return {} if found["StackStatus"] == "DELETE_COMPLETE" else found


def outputs(formation: Any, stack: str) -> dict[str, str]:
    """The stack's outputs by name."""
    return {entry["OutputKey"]: entry["OutputValue"] for entry in describe(formation, stack).get("Outputs", [])}


def _wait(formation: Any, stack: str, limit: float = 1800) -> str:
    """Wait until nothing moves any more; returns the status, empty when the stack is gone."""
    deadline = time.monotonic() + limit
    pause = 0.2
    while time.monotonic() < deadline:
        status = str(describe(formation, stack).get("StackStatus", ""))
        if not status.endswith("_IN_PROGRESS"):
            return status
        time.sleep(pause)
        pause = min(pause * 1.5, 5.0)
    raise DeploymentError(f"stack {stack} did not settle within {limit:.0f} s")


def _failures(formation: Any, stack: str, since: float) -> list[str]:
    """What went wrong in this deployment, oldest first."""
    events = formation.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [
        event for event in events if "FAILED" in event["ResourceStatus"] and event["Timestamp"].timestamp() >= since - 5
    ]
    return [
        f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', event['ResourceStatus'])}"
        for event in reversed(failed)
    ]
