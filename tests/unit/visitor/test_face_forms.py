"""What an upload form allows, read from its signed policy, and that it leads where the pages may post to."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.core import runtime
from chalicelib.core.pictures import UploadForm
from chalicelib.domains.visitor.privacy.faces.photos import upload_form
from tests.support.environment import PHOTO_BUCKET

pytestmark = pytest.mark.usefixtures("environment")


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("cn-north-1", "amazonaws.com.cn"),
        ("cn-northwest-1", "amazonaws.com.cn"),
        ("us-east-1", "amazonaws.com"),
        ("ap-southeast-1", "amazonaws.com"),
    ],
)
def test_the_address_is_the_buckets_regional_one(monkeypatch: pytest.MonkeyPatch, region: str, suffix: str) -> None:
    """As CloudFormation's `RegionalDomainName`, which the pages' security policy names."""
    monkeypatch.setenv("AWS_REGION", region)
    runtime.reset()
    assert upload_form("OWNER", "PHOTO").url == f"https://{PHOTO_BUCKET}.s3.{region}.{suffix}/"


def policy_of(form: UploadForm) -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.b64decode(form.fields["policy"]))
    return decoded


def test_exactly_one_key_type_and_size_for_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a-role's-token")
    form = upload_form("OWNER", "PHOTO")
    policy = policy_of(form)
    assert {"key": "faces/OWNER/PHOTO.jpg"} in policy["conditions"]
    assert {"Content-Type": "image/jpeg"} in policy["conditions"]
    assert {"bucket": PHOTO_BUCKET} in policy["conditions"]
    assert ["content-length-range", 1, 200_000] in policy["conditions"]
    assert {"x-amz-security-token": "a-role's-token"} in policy["conditions"], "functions sign with a role's keys"
    assert form.fields["x-amz-security-token"] == "a-role's-token"
    expires = datetime.fromisoformat(policy["expiration"])
    assert timedelta(minutes=4) < expires - datetime.now(UTC) <= timedelta(minutes=5, seconds=1)


def test_nothing_is_sent_to_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("a form is made without a call")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", never)
    assert upload_form("OWNER", "PHOTO").fields["x-amz-algorithm"] == "AWS4-HMAC-SHA256"
