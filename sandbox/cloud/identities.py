"""The secrets of this checkout's local stage: random, made once, given to SSM and to the simulated systems."""

import base64
import json
import secrets
import string
from pathlib import Path
from typing import Any

from sandbox.wechat_pay.keys import new_private_key, public_key_of

# Name in the file → SSM parameter below the stage's prefix.
PARAMETERS = {
    "session_keys": "session_keys",
    "wechat_app_secret": "wechat/app_secret",
    "wechat_mini_program_secret": "wechat/mini_program_app_secret",
    "wechat_callback_token": "wechat/callback_token",
    "wechat_encoding_aes_key": "wechat/encoding_aes_key",
    "wechat_old_canteen_secret": "wechat/old_canteen/app_secret",
    "wechat_old_logistics_secret": "wechat/old_logistics/app_secret",
    "gate_app_key": "gate/app_key",
    "gate_app_secret": "gate/app_secret",
    "gate_event_token": "gate/event_token",
    "personal_data_keys": "personal_data/keys",
    "personal_data_index_key": "personal_data/index_key",
    "park_secret": "park/secret",
    "le_secret": "le/secret",
    "le_id_number_key": "le/id_number_key",
    "mes_secret": "mes/secret",
    "canteen_secret": "canteen/secret",
    "sms_secret_id": "sms/secret_id",
    "sms_secret_key": "sms/secret_key",
    "wechat_pay_private_key": "wechat_pay/private_key",
    "wechat_pay_api_v3_key": "wechat_pay/api_v3_key",
    "wechat_pay_public_key": "wechat_pay/public_key",
}
# WeChat's own: the simulated system signs with it, the product never sees it.
NOT_OURS = ("wechat_pay_platform_private_key",)
# SSM answers for ten names a call.
NAMES_AT_ONCE = 10
_LETTERS = string.ascii_letters + string.digits


def _random_text(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


def make_secrets() -> dict[str, str]:
    """Fresh secrets in the shapes the real systems use."""
    return {
        "session_keys": secrets.token_urlsafe(32),
        "wechat_app_secret": secrets.token_hex(16),
        "wechat_mini_program_secret": secrets.token_hex(16),
        "wechat_callback_token": _random_text(24),
        # 43 characters are 32 bytes in base64 without padding; the last one must leave no spare bits.
        "wechat_encoding_aes_key": _random_text(42) + secrets.choice("AEIMQUYcgkosw048"),
        "wechat_old_canteen_secret": secrets.token_hex(16),
        "wechat_old_logistics_secret": secrets.token_hex(16),
        "gate_app_key": "2" + "".join(secrets.choice(string.digits) for _ in range(7)),
        "gate_app_secret": _random_text(20),
        "gate_event_token": _random_text(48),
        "personal_data_keys": f"a1={base64.b64encode(secrets.token_bytes(32)).decode()}",
        "personal_data_index_key": secrets.token_urlsafe(32),
        "park_secret": _random_text(32),
        "le_secret": _random_text(32),
        "le_id_number_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        "mes_secret": _random_text(32),
        "canteen_secret": _random_text(32),
        "sms_secret_id": "AKID" + _random_text(32),
        "sms_secret_key": _random_text(32),
        "wechat_pay_api_v3_key": _random_text(32),
        **_pay_keys(),
    }


def _pay_keys() -> dict[str, str]:
    """The merchant's private key; WeChat's pair, of which the product knows the public half."""
    platform = new_private_key()
    return {
        "wechat_pay_private_key": new_private_key(),
        "wechat_pay_platform_private_key": platform,
        "wechat_pay_public_key": public_key_of(platform),
    }


def load_secrets(path: Path) -> dict[str, str]:
    """The secrets of a file, made first if it is not there; readable by its owner only."""
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    complete = make_secrets() | known
    if complete != known:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(complete, indent=2) + "\n")
    return complete


def batched(names: list[str], size: int) -> list[list[str]]:
    """The names in parts of at most `size`."""
    return [names[start : start + size] for start in range(0, len(names), size)]


def store_secrets(ssm: Any, prefix: str, values: dict[str, str]) -> None:
    """Put every secret whose stored value differs into SSM."""
    names = {f"{prefix}/{parameter}": values[name] for name, parameter in PARAMETERS.items()}
    stored: dict[str, str] = {}
    for part in batched(list(names), NAMES_AT_ONCE):
        answer = ssm.get_parameters(Names=part, WithDecryption=True)
        stored |= {entry["Name"]: entry["Value"] for entry in answer["Parameters"]}
    for name, value in names.items():
        if stored.get(name) != value:
            ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
