"""What the launcher promises around the stack: clear words for a taken port, no orphans, secrets made once."""

from __future__ import annotations

import base64
import os
import re
import socket
import stat
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from sandbox.cloud import identities
from sandbox.cloud.paths import ROOT
from sandbox.cloud.processes import Child, LaunchError, require_free
from tests.support import distribution

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"


def child_of(tmp_path: Path, script: str) -> Child:
    return Child("sleeper", [sys.executable, "-c", script], tmp_path / "child.log", dict(os.environ), tmp_path)


def test_a_taken_port_is_named_with_its_holder_and_the_way_out() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(LaunchError) as problem:
            require_free(port, "embedded cloud", "CLOUD_PORT")
    assert f"端口 {port} 已被占用" in str(problem.value)
    assert str(os.getpid()) in str(problem.value)
    assert "CLOUD_PORT=<port> make run" in str(problem.value)
    require_free(port, "embedded cloud", "CLOUD_PORT")


def test_a_child_that_dies_is_reported_with_its_last_words(tmp_path: Path) -> None:
    child = child_of(tmp_path, "raise SystemExit('no disk left')")
    with pytest.raises(LaunchError, match="no disk left"):
        child.wait_for_port(1, 20)


def test_a_stopped_child_takes_its_own_children_along(tmp_path: Path) -> None:
    start = f"p = subprocess.Popen([sys.executable, '-c', {SLEEPER!r}])"
    script = f"import subprocess, sys; {start}; print(p.pid, flush=True); p.wait()"
    child = child_of(tmp_path, script)
    deadline = time.monotonic() + 20
    while "up" not in child.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    grandchild = int(child.log.read_text().split()[0])
    os.kill(grandchild, 0)
    child.stop()
    assert not child.running()
    while time.monotonic() < deadline and _alive(grandchild):
        time.sleep(0.05)
    assert not _alive(grandchild)


def _alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected by init does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    first = child_of(tmp_path, "print('first')")
    first.stop()
    (tmp_path / "child.log").write_text("first")
    second = child_of(tmp_path, SLEEPER)
    second.stop()
    assert (tmp_path / "child.previous.log").read_text() == "first"


def test_who_stands_behind_lets_others_go_first(tmp_path: Path) -> None:
    script = [sys.executable, "-c", "import os; print(os.nice(0))"]
    child = Child("patient", script, tmp_path / "child.log", dict(os.environ), tmp_path, behind=True)
    assert child.wait() == 0
    assert int(child.log.read_text()) > os.nice(0)


def test_stack_tests_that_stay_together_are_there() -> None:
    files = {distribution.KILLED_WORKER, *distribution.UNITS}
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_secrets_are_made_once_for_the_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "local" / "secrets.json"
    made = identities.load_secrets(path)
    assert identities.load_secrets(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert identities.load_secrets(tmp_path / "other.json") != made


def test_secrets_have_the_shapes_of_the_real_ones() -> None:
    for _ in range(20):
        made = identities.make_secrets()
        assert set(made) == {*identities.PARAMETERS, *identities.NOT_OURS}
        assert re.fullmatch(r"[0-9a-f]{32}", made["wechat_app_secret"])
        assert re.fullmatch(r"[A-Za-z0-9]{3,32}", made["wechat_callback_token"])
        key = made["wechat_encoding_aes_key"]
        assert re.fullmatch(r"[A-Za-z0-9]{43}", key)
        assert base64.b64encode(base64.b64decode(key + "=")).decode() == key + "="
        assert re.fullmatch(r"[A-Za-z0-9]{32}", made["wechat_pay_api_v3_key"])
        assert re.fullmatch(r"AKID[A-Za-z0-9]{32}", made["sms_secret_id"])


def test_the_product_gets_wechats_public_key_and_never_its_private_one() -> None:
    made = identities.make_secrets()
    platform = load_pem_private_key(made["wechat_pay_platform_private_key"].encode(), None)
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert platform.public_key().public_bytes(*form).decode() == made["wechat_pay_public_key"]
    merchant = load_pem_private_key(made["wechat_pay_private_key"].encode(), None)
    assert merchant.public_key().public_bytes(*form) != platform.public_key().public_bytes(*form)
    assert not set(identities.NOT_OURS) & set(identities.PARAMETERS)
