"""`make run`: the whole product on this machine, ready to be walked through; `make redeploy` brings changed code in.

CLOUD_PORT and SANDBOX_PORT choose other ports, WATCH=0 leaves changed code to `make redeploy`.
"""

import argparse
import json
import os
import signal
import sys
import time
import urllib.request
from pathlib import Path

from sandbox.cloud import web_build
from sandbox.cloud.paths import LOCAL, PACKAGING, ROOT
from sandbox.cloud.processes import LaunchError, require_free
from sandbox.cloud.progress import Progress
from sandbox.cloud.stack import InvocationFailed, Stack, package
from sandbox.people import PEOPLE
from sandbox.products import products

# What the sample staff may do, by the hint that sandbox/people.py gives them.
ROLES = {
    "approver": ["visitor_approver"],
    "administrator": ["administrator", "visitor_approver"],
    "logistics": ["logistics"],
    "canteen": ["canteen"],
}
WATCH_SECONDS = 1.0


def the_stack() -> Stack:
    """The stack of this checkout's `make run`; its data stay in .local/."""
    return Stack(
        LOCAL,
        cloud_port=int(os.environ.get("CLOUD_PORT", "4566")),
        sandbox_port=int(os.environ.get("SANDBOX_PORT", "9000")),
    )


def build(progress: Progress) -> None:
    """Pages and package, each only when its sources changed."""
    progress.step("pages / 页面")
    progress.finish("built" if web_build.build() else "unchanged")
    progress.step("package / 打包")
    progress.finish("packaged" if package() else "unchanged")


def bootstrap(stack: Stack) -> None:
    """Staff, menu, products and the gate's events, with the product's own commands; repeating it changes nothing."""
    for person in PEOPLE:
        for role in ROLES.get(person.role_hint, []):
            stack.invoke("appoint_staff", {"openid": person.openid, "role": role, "name": person.nickname})
    stack.invoke("publish_menu", {})
    publish_samples(stack)
    stack.invoke("set_up_products", {"products": products()})
    stack.run_schedule("watch_stock")
    stack.invoke("subscribe_gate_events", {})
    check_callback(stack)


def publish_samples(stack: Stack) -> None:
    """A few articles, if the simulated account has published none, and the product's copy of them."""
    request = urllib.request.Request(f"{stack.sandbox_api}/sandbox/wechat/articles/samples", data=b"", method="POST")
    urllib.request.urlopen(request, timeout=30).close()
    stack.run_schedule("sync_news")


def check_callback(stack: Stack) -> None:
    """Save the server address in the simulated account, which checks it; from then on it sends messages and events."""
    request = urllib.request.Request(f"{stack.sandbox_api}/sandbox/wechat/callback/check", data=b"", method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        if not json.load(answer)["passed"]:
            raise LaunchError("the product does not pass WeChat's check of its callback address")


def announce(stack: Stack, progress: Progress) -> None:
    """Say what is ready where."""
    rows = [
        ("手机 (WeChat phone)", f"http://localhost:{stack.sandbox_port}/"),
        ("公众号 H5 (in any browser)", f"{stack.public_url}/"),
        ("管理端 (office)", f"{stack.public_url}/admin"),
        ("模拟系统 (consoles)", f"{stack.sandbox_url}/"),
        ("AWS API (embedded cloud)", stack.cloud.endpoint),
        ("日志 (logs)", f"{stack.cloud.state.relative_to(ROOT)}/cloud.log, .local/sandbox.log"),
    ]
    print(f"\nready after {progress.elapsed:.1f} s / 已就绪\n")
    for name, address in rows:
        print(f"  {name:32} {address}")
    names = ", ".join(f"{person.nickname} ({person.role_label})" for person in PEOPLE)
    print(f"\n  people / 人物: {names}")
    print("  Ctrl-C stops everything, the data stay in .local/ / 按 Ctrl-C 停止，数据保留\n", flush=True)


def code_state() -> dict[Path, int]:
    """Change times of everything that is deployed except the pages."""
    files = [ROOT / "app.py", ROOT / "requirements.txt", *PACKAGING.glob("*.py"), *PACKAGING.glob("*.json")]
    files += [path for path in (ROOT / "chalicelib").rglob("*.py") if "__pycache__" not in path.parts]
    return {path: path.stat().st_mtime_ns for path in files if path.exists()}


def redeploy(stack: Stack) -> None:
    """Bring what has changed into the running stack."""
    progress = Progress()
    build(progress)
    progress.step("deploy / 部署")
    stack.deploy()
    progress.finish()
    print(f"redeployed after {progress.elapsed:.1f} s", flush=True)


def watch(stack: Stack) -> None:
    """Until Ctrl-C: redeploy code that changed, and end when a server has ended by itself. Raises LaunchError then."""
    watching = os.environ.get("WATCH", "1") != "0"
    seen = code_state()
    while stack.running():
        time.sleep(WATCH_SECONDS)
        now = code_state()
        if watching and now != seen:
            seen = now
            try:
                redeploy(stack)
            except LaunchError as error:
                print(f"\nerror / 出错了: {error}", file=sys.stderr, flush=True)
    raise LaunchError(f"a server has ended by itself; its log is in {stack.state}")


def run() -> int:
    """Bring everything up, stay until Ctrl-C; returns the exit code."""
    progress = Progress()
    stack = the_stack()
    try:
        # Before minutes of building: a port that is taken is said at once.
        require_free(stack.cloud.port, "embedded cloud", "CLOUD_PORT")
        require_free(stack.sandbox_port, "sandbox", "SANDBOX_PORT")
        build(progress)
        stack.start(progress.step)
        progress.step("sample staff, menu / 人员与菜单")
        bootstrap(stack)
        progress.finish()
        announce(stack, progress)
        watch(stack)
    except (LaunchError, InvocationFailed) as error:
        progress.fail(str(error))
        return 1
    except KeyboardInterrupt:
        print("\nstopping, saving the data / 正在停止并保存数据 …", flush=True)
        return 0
    finally:
        # A second Ctrl-C must not cut the saving short.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stack.stop()
    return 0


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["run", "redeploy"], nargs="?", default="run")
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    if parser.parse_args().command == "run":
        return run()
    try:
        redeploy(the_stack())
    except LaunchError as error:
        print(f"\nerror / 出错了: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
