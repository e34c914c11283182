"""What the product and the simulators share."""

import base64
import json
import secrets as randomness
from dataclasses import dataclass
from pathlib import Path

from sandbox.wechat_pay.keys import key_of_this_process, public_key_of


@dataclass(frozen=True)
class Secrets:
    """Under the launcher's names."""

    wechat_app_secret: str
    wechat_callback_token: str
    wechat_encoding_aes_key: str
    wechat_mini_program_secret: str
    wechat_old_canteen_secret: str
    wechat_old_logistics_secret: str
    gate_app_key: str
    gate_app_secret: str
    park_secret: str
    le_secret: str
    le_id_number_key: str
    mes_secret: str
    canteen_secret: str
    sms_secret_id: str
    sms_secret_key: str
    wechat_pay_private_key: str
    wechat_pay_api_v3_key: str
    wechat_pay_platform_private_key: str
    wechat_pay_public_key: str

    @classmethod
    def read(cls, path: Path) -> "Secrets":
        """From the launcher's file; further members of it are not ours."""
        content = json.loads(path.read_text())
        return cls(**{name: content[name] for name in cls.__dataclass_fields__})

    @classmethod
    def random(cls) -> "Secrets":
        """For a sandbox nobody configured."""
        aes_key = "".join(
            randomness.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789") for _ in range(42)
        )
        hexadecimal = randomness.token_hex
        return cls(
            wechat_app_secret=hexadecimal(16),
            wechat_callback_token=hexadecimal(12),
            wechat_encoding_aes_key=aes_key + "A",
            wechat_mini_program_secret=hexadecimal(16),
            wechat_old_canteen_secret=hexadecimal(16),
            wechat_old_logistics_secret=hexadecimal(16),
            gate_app_key=hexadecimal(4),
            gate_app_secret=hexadecimal(10),
            park_secret=hexadecimal(16),
            le_secret=hexadecimal(16),
            le_id_number_key=base64.b64encode(randomness.token_bytes(32)).decode(),
            mes_secret=hexadecimal(16),
            canteen_secret=hexadecimal(16),
            sms_secret_id="AKID" + hexadecimal(16),
            sms_secret_key=hexadecimal(16),
            wechat_pay_private_key=key_of_this_process("merchant"),
            wechat_pay_api_v3_key=hexadecimal(16),
            wechat_pay_platform_private_key=key_of_this_process("platform"),
            wechat_pay_public_key=public_key_of(key_of_this_process("platform")),
        )
