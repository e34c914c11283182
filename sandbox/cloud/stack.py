"""The whole product on this machine: packaged, deployed to the embedded cloud, with the simulated systems beside it.

`make run` and the tests use the same class, on other ports and in other state folders.
"""

import json
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.exceptions

from sandbox.cloud import identities
from sandbox.cloud.embedded import REGION, EmbeddedCloud
from sandbox.cloud.paths import LOCAL, PYTHON, ROOT, clean_environment, use_packaging_tools
from sandbox.cloud.processes import Child, LaunchError, require_free
from sandbox.house.plant import CANTEEN_CLIENT, LOGISTICS_CLIENT, SITE
from sandbox.park.platform import CLIENT_ID as PARK_CLIENT
from sandbox.park.platform import ENTERPRISE
from sandbox.people import APP_ID, MINI_PROGRAM_APP_ID
from sandbox.sms import office as sms
from sandbox.wechat.migration import OLD_ACCOUNTS
from sandbox.wechat.templates import LIBRARY
from sandbox.wechat_pay.merchant import CERTIFICATE_SERIAL, MERCHANT_ID, PUBLIC_KEY_ID

use_packaging_tools()
import deployment  # noqa: E402 - the line above makes it importable

STAGE = "local"
STACK_NAME = f"campus-{STAGE}"
PARAMETER_PREFIX = f"/campus/{STAGE}"
CODE_BUCKET = "campus-packages"
# By which the simulated WeChat sees that the domain is ours; anybody may read it.
DOMAIN_FILE = "MP_verify_Zx7Qn2Lk9Wb4Tc5M.txt"
# What the account tells people, by the place of its template among the simulated account's.
VISIT_NOTICES = ("visit_approved", "visit_refused", "visit_ready", "visit_gate_failed", "visit_arrived")
TRUCK_NOTICES = ("hold_expiring", "hold_expired", "truck_called", "registration_ended", "certificate_expiring")
MEAL_NOTICES = ("top_up_credited", "top_up_refunded", "card_lost", "binding_moved")
NOTICES = {0: VISIT_NOTICES, 2: TRUCK_NOTICES, 3: MEAL_NOTICES}
BUILD = LOCAL / "build" / STAGE
Step = Callable[[str], None]


class InvocationFailed(Exception):
    """A function raised; the message is what it said."""


def package() -> bool:
    """Package the local stage if anything changed; returns whether it did. Raises LaunchError."""
    before = (BUILD / "fingerprint").read_text() if (BUILD / "fingerprint").exists() else ""
    command = [str(PYTHON), str(ROOT / ".chalice" / "package.py"), "--stage", STAGE]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise LaunchError((done.stderr.strip() or done.stdout.strip()).removeprefix("error: "))
    return (BUILD / "fingerprint").read_text() != before


class Stack:
    """One running product: embedded cloud, deployed stack, simulated systems.

    >>> with Stack(Path(".local/test-stack"), cloud_port=4666, sandbox_port=9100) as stack:
    ...     stack.client("sqs"), stack.invoke("publish_menu", {}), stack.outputs["VisitorTable"]
    """

    def __init__(
        self,
        state: Path,
        *,
        cloud_port: int = 4566,
        sandbox_port: int = 9000,
        host: str = "campus.localhost",
        build: Path = BUILD,
        parameters: Mapping[str, str] | None = None,
        secrets_file: Path | None = None,
        minute: int | None = None,
    ) -> None:
        self.state = state.resolve()
        self.build = build
        self.host = host
        self.sandbox_port = sandbox_port
        self.cloud = EmbeddedCloud(cloud_port, self.state / "cloud", host, minute)
        self.secrets_file = (secrets_file or self.state / "secrets.json").resolve()
        self.outputs: dict[str, str] = {}
        self._extra = dict(parameters or {})
        self._sandbox: Child | None = None

    @property
    def public_url(self) -> str:
        """The product's address as users see it."""
        return f"http://{self.host}:{self.cloud.port}"

    @property
    def sandbox_url(self) -> str:
        """The simulated systems' address as users see it."""
        return f"http://{self.host}:{self.sandbox_port}"

    @property
    def sandbox_api(self) -> str:
        """The simulated systems' address for programs (needs no name resolution)."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    def __enter__(self) -> "Stack":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, step: Step = lambda _: None) -> "Stack":
        """Start everything and deploy the packaged build; leaves nothing behind when it fails. Raises LaunchError."""
        require_free(self.cloud.port, "embedded cloud", "CLOUD_PORT")
        require_free(self.sandbox_port, "sandbox", "SANDBOX_PORT")
        try:
            secrets = identities.load_secrets(self.secrets_file)
            step("simulated systems / 模拟系统")
            self.start_sandbox()
            step("embedded cloud / 本机云")
            self.cloud.start()
            identities.store_secrets(self.client("ssm"), PARAMETER_PREFIX, secrets)
            step("deploy / 部署")
            self.deploy()
            self._require_sandbox()
        except BaseException:
            self.stop()
            raise
        return self

    def start_sandbox(self) -> None:
        """Start the simulated systems without waiting for them."""
        command = [str(PYTHON), "-m", "sandbox.server", "--port", str(self.sandbox_port)]
        command += ["--state", str(self.state / "sandbox"), "--secrets", str(self.secrets_file)]
        command += ["--product", self.public_url]
        environment = clean_environment(PYTHONUNBUFFERED="1")
        self._sandbox = Child("the sandbox", command, self.state / "sandbox.log", environment, ROOT)

    def stop_sandbox(self) -> None:
        """Stop the simulated systems only: every peer is down."""
        if self._sandbox is not None:
            self._sandbox.stop(grace=10)
            self._sandbox = None

    def _require_sandbox(self) -> None:
        assert self._sandbox is not None
        self._sandbox.wait_for_port(self.sandbox_port, 30)

    def restart_sandbox(self) -> None:
        """Start the simulated systems again and wait for them."""
        self.stop_sandbox()
        self.start_sandbox()
        self._require_sandbox()

    def parameters(self) -> dict[str, str]:
        """Parameters of the local stage: every outside address is the sandbox."""
        inside = f"http://localhost:{self.sandbox_port}"
        return {
            "Stage": STAGE,
            "ParameterPrefix": PARAMETER_PREFIX,
            "PublicBaseUrl": self.public_url,
            "PublicDomain": self.host,
            "WechatAppId": APP_ID,
            "WechatMiniProgramAppId": MINI_PROGRAM_APP_ID,
            "WechatApiBaseUrl": inside,
            "WechatOpenBaseUrl": self.sandbox_url,
            "WechatJsSdkUrl": f"{self.sandbox_url}/open/js/jweixin-1.6.0.js",
            "WechatDomainFiles": f"{DOMAIN_FILE}={DOMAIN_FILE[10:26]}",
            "WechatTemplates": ",".join(
                f"{'+'.join(notices)}={LIBRARY[place]['template_id']}" for place, notices in NOTICES.items()
            ),
            "WechatOldAccounts": ",".join(f"{old.key}={old.app_id}/{old.raw_id}" for old in OLD_ACCOUNTS),
            "GateBaseUrl": inside,
            "GatePrivilegeGroupIds": "visitor-gate-main",
            "GateReadingIntervalSeconds": "2",
            "GateExitDevices": "east-exit-turnstile,east-exit-barrier",
            "ParkBaseUrl": inside,
            "ParkClientId": PARK_CLIENT,
            "ParkEnterpriseCode": ENTERPRISE,
            "ParkRequired": "true",
            "ParkReadingIntervalSeconds": "5",
            "LeBaseUrl": inside,
            "LeClientId": LOGISTICS_CLIENT,
            "MesBaseUrl": inside,
            "MesClientId": LOGISTICS_CLIENT,
            "SiteCode": SITE,
            "CanteenBaseUrl": inside,
            "CanteenClientId": CANTEEN_CLIENT,
            "CanteenContact": "食堂卡务 0591-86001235",
            "WechatPayBaseUrl": inside,
            "WechatPayMerchantId": MERCHANT_ID,
            "WechatPayCertificateSerial": CERTIFICATE_SERIAL,
            "WechatPayPublicKeyId": PUBLIC_KEY_ID,
            "SmsBaseUrl": inside,
            "SmsAppId": sms.APP_ID,
            "SmsSignName": sms.SIGN_NAME,
            "SmsTemplateId": sms.TEMPLATE_ID,
            # A person is watching: a truck that was weighed shows in the stock within a minute.
            "StockSettleSeconds": "10",
            "LogisticsContact": "物流室 0591-86001234",
            "PhotoUploadOrigin": self.cloud.endpoint,
            "FrameAncestors": self.sandbox_url,
            "CookieSecure": "false",
            # A killed worker's message comes back soon: a person is watching. It must exceed the worker's timeout.
            "QueueVisibilitySeconds": "65",
            **self._extra,
        }

    def deploy(self) -> None:
        """Bring the packaged build into the embedded cloud; running workers of older code end. Raises LaunchError."""
        s3 = self.client("s3")
        try:
            deployment.ensure_bucket(s3, CODE_BUCKET, REGION)
            self.outputs = deployment.deploy(self.client, STACK_NAME, CODE_BUCKET, self.build, self.parameters())
        except deployment.DeploymentError as error:
            raise LaunchError(f"{error}\n    (log: {self.state / 'cloud' / 'cloud.log'})") from None
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            raise LaunchError(f"the embedded cloud on port {self.cloud.port} does not take it: {error}") from None

    @contextmanager
    def deployed_with(self, **parameters: str) -> Iterator[None]:
        """The same stack with other parameters for a while; afterwards as before."""
        before = dict(self._extra)
        try:
            self._extra.update(parameters)
            self.deploy()
            yield
        finally:
            self._extra = before
            self.deploy()

    def client(self, service: str) -> Any:
        """A boto3 client of the embedded cloud with all rights."""
        return self.cloud.client(service)

    def invoke(self, function: str, event: Any) -> Any:
        """Run a function by its Chalice name and return its answer; raises InvocationFailed when it raised."""
        answer = self.client("lambda").invoke(
            FunctionName=f"{STACK_NAME}-{function}", Payload=json.dumps(event, ensure_ascii=False).encode()
        )
        text = answer["Payload"].read().decode()
        if answer.get("FunctionError"):
            raise InvocationFailed(f"{function}: {text}")
        return json.loads(text)

    def run_schedule(self, function: str) -> Any:
        """Run a scheduled function now, with the event EventBridge would send, and return its answer."""
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "region": REGION,
            "resources": [f"arn:aws:events:{REGION}:000000000000:rule/{STACK_NAME}-{function}"],
            "detail": {},
        }
        return self.invoke(function, event)

    def logs(self, function: str) -> list[str]:
        """What a function wrote to its log, oldest line first."""
        group = f"/aws/lambda/{STACK_NAME}-{function}"
        pages = self.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
        return [event["message"] for page in pages for event in page["events"]]

    def running(self) -> bool:
        """Whether everything is still there."""
        return self.cloud.running() and self._sandbox is not None and self._sandbox.running()

    def stop(self) -> None:
        """Stop everything; the state stays in its folder."""
        self.stop_sandbox()
        self.cloud.stop()


def wait_until(check: Callable[[], bool], limit: float, pause: float = 0.2) -> bool:
    """Poll until the check holds; ``False`` when it did not within `limit` seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if check():
            return True
        time.sleep(pause)
    return check()
