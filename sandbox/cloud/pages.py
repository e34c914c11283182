"""`python -m sandbox.cloud.pages`: builds the pages if needed; with arguments, runs npm with them in web/."""

import subprocess
import sys

from sandbox.cloud import web_build
from sandbox.cloud.paths import PYTHON, WEB
from sandbox.cloud.processes import LaunchError


def main(arguments: list[str]) -> int:
    """Build, or install the packages and run `npm <arguments>`; returns the exit code."""
    try:
        if not arguments:
            web_build.build()
            return 0
        web_build.install()
    except LaunchError as error:
        print(f"error / 出错了: {error}", file=sys.stderr)
        return 1
    command = [str(PYTHON.parent / "npm"), *arguments]
    return subprocess.run(command, cwd=WEB, env=web_build.node_environment()).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
