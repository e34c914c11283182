"""A complete, harmless environment for tests that run the product in this process."""

from __future__ import annotations

import copy
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import botocore.endpoint
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.core import runtime, table
from chalicelib.core.secrets import Secrets
from chalicelib.core.settings import TABLES
from chalicelib.domains.logistics.lanes import watching
from tests.support.lean_moto import use_lean_moto

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"
REGION = "cn-north-1"
GATE_QUEUE, WECHAT_QUEUE, PARK_QUEUE, LE_QUEUE, CANTEEN_QUEUE, PAY_QUEUE, EXPORT_QUEUE = (
    f"test-{peer}.fifo" for peer in ("gate", "wechat", "park", "le", "canteen", "pay", "export")
)
EXPORT_BUCKET = "test-exports"
PHOTO_BUCKET = "test-photos"
TEMPLATE_ID = "Vx2kQ8mWc5TzR1bNf7YpLd3HsJ9uGe4A6oKi0SvXt-w"
NOTICES = (
    "visit_approved",
    "visit_refused",
    "visit_ready",
    "visit_gate_failed",
    "visit_arrived",
    "hold_expiring",
    "hold_expired",
    "truck_called",
    "registration_ended",
    "certificate_expiring",
    "top_up_credited",
    "top_up_refunded",
    "card_lost",
    "binding_moved",
)

ENVIRONMENT = {
    "STAGE": "test",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "PUBLIC_BASE_URL": "http://campus.localhost:4566",
    "PARAMETER_PREFIX": "/campus/test",
    "QUEUE_URL_PREFIX": f"https://sqs.{REGION}.amazonaws.com.cn/123456789012/test-",
    "LE_BASE_URL": "http://localhost:9",
    "LE_CLIENT_ID": "campus-logistics",
    "MES_BASE_URL": "http://localhost:9",
    "MES_CLIENT_ID": "campus-logistics",
    "SITE_CODE": "JY01",
    "CANTEEN_BASE_URL": "http://localhost:9",
    "CANTEEN_CLIENT_ID": "campus-canteen",
    "WECHAT_PAY_BASE_URL": "http://localhost:9",
    "WECHAT_PAY_MERCHANT_ID": "1680912345",
    "WECHAT_PAY_CERTIFICATE_SERIAL": "5A3C90E1B27D4F68A1902C7E6B4D8F03915EA7C2",
    "WECHAT_PAY_PUBLIC_KEY_ID": "PUB_KEY_ID_0116809123452026112500",
    "SMS_BASE_URL": "http://localhost:9",
    "SMS_APP_ID": "1400987654",
    "SMS_SIGN_NAME": "东南电化",
    "SMS_TEMPLATE_ID": "2004321",
    "WECHAT_TEMPLATES": ",".join(f"{notice}={TEMPLATE_ID}" for notice in NOTICES),
    "WECHAT_APP_ID": "wx0c7a3f51d2e84b96",
    "WECHAT_OLD_ACCOUNTS": "canteen=wx51b0c8d47e92fa63/gh_9d20b7c4f1a8,logistics=wxe83f6a0d2c5b1947/gh_46f8e1b07d35",
    "WECHAT_API_BASE_URL": "http://localhost:9",
    "WECHAT_OPEN_BASE_URL": "http://localhost:9",
    "GATE_BASE_URL": "http://localhost:9",
    "GATE_PRIVILEGE_GROUP_IDS": "visitor-gate-main",
    "EXPORT_BUCKET": EXPORT_BUCKET,
    "GATE_EXIT_DEVICES": "exit-1",
    "PHOTO_BUCKET": PHOTO_BUCKET,
    "PHOTO_UPLOAD_ORIGIN": f"https://{PHOTO_BUCKET}.s3.{REGION}.amazonaws.com.cn",
    "COOKIE_SECURE": "false",
    "FRAME_ANCESTORS": "'none'",
    "LOG_LEVEL": "INFO",
    **{f"TABLE_{name.upper()}": f"test-{name}" for name in TABLES},
}

SECRETS = {
    "session_keys": "test-key-one,test-key-zero",
    "wechat/app_secret": "0123456789abcdef0123456789abcdef",
    "wechat/old_canteen/app_secret": "fedcba9876543210fedcba9876543210",
    "wechat/old_logistics/app_secret": "00112233445566778899aabbccddeeff",
    "wechat/callback_token": "testtoken",
    "wechat/encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "gate/app_key": "20210001",
    "gate/app_secret": "SyntheticSecret0001x",
    "gate/event_token": "SyntheticEventToken0123456789abcdefghijklmnopqrs",
    "personal_data/keys": "b2=MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=,a1=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=",
    "personal_data/index_key": "synthetic-index-key",
    "park/secret": "SyntheticInternal01",
    "le/secret": "SyntheticInternal02",
    "le/id_number_key": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "mes/secret": "SyntheticInternal03",
    "canteen/secret": "SyntheticInternal04",
    "sms/secret_id": "AKIDSyntheticSyntheticSynthetic00001",
    "sms/secret_key": "SyntheticSyntheticSynthetic00001",
    "wechat_pay/private_key": (DATA / "wechat_pay_merchant_key.pem").read_text(),
    "wechat_pay/api_v3_key": "SyntheticApiV3Key012345678901234",
    "wechat_pay/public_key": (DATA / "wechat_pay_public_key.pem").read_text(),
}

QUEUES = (CANTEEN_QUEUE, EXPORT_QUEUE, GATE_QUEUE, LE_QUEUE, PARK_QUEUE, PAY_QUEUE, WECHAT_QUEUE)
# What a test adds to the environment when it needs a park.
WITH_PARK = {
    "PARK_BASE_URL": "http://localhost:9",
    "PARK_CLIENT_ID": "campus-visitors",
    "PARK_ENTERPRISE_CODE": "JY-0217",
}

_one_at_a_time = RLock()


def apply_environment(patch: pytest.MonkeyPatch) -> None:
    """Set the environment and give the product test secrets."""
    for name, value in ENVIRONMENT.items():
        patch.setenv(name, value)
    runtime.reset()
    table.reset()
    watching.WATCH.forget()
    patch.setattr(runtime, "fetch_secrets", lambda ssm, prefix: Secrets(SECRETS))


@contextmanager
def fake_cloud(patch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Moto with the template's tables and the gate queue; yields the SQS client.

    Moto is not atomic under threads, so one lock lies round every request, as if DynamoDB answered one after another.
    """
    original = botocore.endpoint.Endpoint._get_response

    def locked(*arguments: Any, **named: Any) -> Any:
        with _one_at_a_time:
            return original(*arguments, **named)

    patch.setattr(botocore.endpoint.Endpoint, "_get_response", locked)
    use_lean_moto(patch)
    with mock_aws():
        runtime.reset()
        table.reset()
        dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables.update(copy.deepcopy(_empty_tables()))
        place = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
        runtime.aws_client("s3").create_bucket(Bucket=EXPORT_BUCKET, **place)
        runtime.aws_client("s3").create_bucket(Bucket=PHOTO_BUCKET, **place)
        sqs = runtime.aws_client("sqs")
        for name in QUEUES:
            created = sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true", "VisibilityTimeout": "1"})
            patch.setenv("QUEUE_URL_PREFIX", created["QueueUrl"].removesuffix(name.removeprefix("test-")))
        runtime.settings.cache_clear()
        yield sqs
    runtime.reset()
    table.reset()


@cache
def template_tables() -> dict[str, Any]:
    """The table definitions of the packaged template, so that tests and deployment cannot drift apart."""
    source = ROOT / ".chalice" / "stack_storage.py"
    spec = importlib.util.spec_from_file_location("stack_storage", source)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("stack_storage", module)
    spec.loader.exec_module(module)
    return {name: module.table(indexes)["Properties"] for name, indexes in module.TABLES.items()}


@cache
def _empty_tables() -> dict[str, Any]:
    """Moto's tables as they are right after they were created, once a process; inside ``mock_aws``."""
    for name, properties in template_tables().items():
        wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
        known = {key: properties[key] for key in wanted if key in properties}
        runtime.aws_client("dynamodb").create_table(TableName=f"test-{name}", **known)
    return copy.deepcopy(dict(dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables))
