"""The one place that wires this process to its environment, lazily: nothing is read or opened at import time."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from chalicelib.core.secrets import Secrets, fetch_secrets
from chalicelib.core.settings import Settings, read_settings


@cache
def settings() -> Settings:
    """This deployment's settings."""
    return read_settings(os.environ)


_EXTRA: dict[str, dict[str, Any]] = {
    # signed forms name the region's own host everywhere, as the template does for the pages' security policy
    "s3": {
        "signature_version": "s3v4",
        "s3": {"us_east_1_regional_endpoint": "regional", "addressing_style": "virtual"},
    },
}


@cache
def aws_client(service: str) -> Any:
    """A botocore client with our timeouts: 1 s to connect, 3 s to read, two attempts (design: rules that prevent loss)."""
    import botocore.config
    import botocore.session

    config = botocore.config.Config(
        connect_timeout=1,
        read_timeout=3,
        retries={"mode": "standard", "total_max_attempts": 2},
        **_EXTRA.get(service, {}),
    )
    return botocore.session.get_session().create_client(service, region_name=settings().region, config=config)


@cache
def secrets() -> Secrets:
    """This deployment's secrets."""
    return fetch_secrets(aws_client("ssm"), settings().parameter_prefix)


def reset() -> None:
    """Forget everything that was read: a test that changes the environment calls this."""
    for cached in (settings, aws_client, secrets):
        cached.cache_clear()
