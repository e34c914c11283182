"""`make deploy STAGE=…`: packages a stage and deploys it to the AWS account of the current credentials.

The stage's parameters, none of them secret, stand in `.chalice/stages/<stage>.json`; docs/operations.md explains them.
China and global accounts are the same to it.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
from deployment import DeploymentError, deploy, ensure_bucket, missing_secrets
from package import CHALICE_FOLDER, PackagingError, package
from template import PARAMETERS

# Parameters the deployment fills in itself.
OWN = {"Stage", "CodeBucket", "CodeKey", "ParameterPrefix"}


def read_parameters(stage: str) -> dict[str, str]:
    """The stage's parameters; raises DeploymentError naming every missing, empty or unknown one."""
    path = CHALICE_FOLDER / "stages" / f"{stage}.json"
    required = {name for name, options in PARAMETERS.items() if "Default" not in options} - OWN
    if not path.exists():
        raise DeploymentError(f"{_short(path)} does not exist; it must hold at least: {', '.join(sorted(required))}")
    try:
        values: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise DeploymentError(f"{_short(path)} is not JSON: {error}") from None
    missing = sorted(name for name in required if not str(values.get(name, "")).strip())
    unknown = sorted(set(values) - (set(PARAMETERS) - OWN))
    if missing or unknown:
        words = [f"missing: {', '.join(missing)}"] if missing else []
        words += [f"unknown: {', '.join(unknown)}"] if unknown else []
        raise DeploymentError(f"{_short(path)}: {'; '.join(words)}")
    if not str(values.get("CertificateArn", "")).startswith("arn:aws"):
        raise DeploymentError(f"{_short(path)}: CertificateArn must be the ACM certificate of {values['PublicDomain']}")
    return {name: str(value) for name, value in values.items()}


def _short(path: Path) -> str:
    return str(path.relative_to(CHALICE_FOLDER.parent))


def run(stage: str) -> dict[str, str]:
    """Deploy; returns the stack's outputs."""
    if stage not in json.loads((CHALICE_FOLDER / "config.json").read_text())["stages"] or stage == "local":
        raise DeploymentError(f"there is no stage {stage!r} to deploy; `make run` brings up the local one")
    parameters = read_parameters(stage)
    session = boto3.Session()
    region = session.region_name
    if not region:
        raise DeploymentError("no region: set AWS_REGION or AWS_PROFILE")
    account = session.client("sts").get_caller_identity()["Account"]
    prefix = f"/campus/{stage}"
    missing = missing_secrets(
        session.client("ssm"),
        prefix,
        has_park=bool(parameters.get("ParkBaseUrl")),
        has_mini_program=bool(parameters.get("WechatMiniProgramAppId")),
        has_pay_public_key=bool(parameters.get("WechatPayPublicKeyId")),
    )
    if missing:
        lines = "\n".join(f"  aws ssm put-parameter --type SecureString --name {name} --value …" for name in missing)
        raise DeploymentError(f"these secrets are not in SSM of {region} yet:\n{lines}")
    build = package(stage)
    bucket = f"campus-packages-{account}-{region}"
    ensure_bucket(session.client("s3"), bucket, region)
    print(f"deploying campus-{stage} to {account} in {region} …", flush=True)
    own = {"Stage": stage, "ParameterPrefix": prefix}
    return deploy(session.client, f"campus-{stage}", bucket, build, {**parameters, **own})


def main() -> int:
    """The command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stage", required=True)
    try:
        values = run(parser.parse_args().stage)
    except (DeploymentError, PackagingError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        print(f"error: AWS says: {error}", file=sys.stderr)
        return 1
    for name, value in sorted(values.items()):
        print(f"  {name:24} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
