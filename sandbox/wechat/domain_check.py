"""WeChat fetches the ownership file of a domain (contract A5.5)."""

import re
from typing import Any

from sandbox.kit import outgoing

NAME = re.compile(r"MP_verify_([A-Za-z0-9]{16})\.txt")


def check_domain(origin: str, filename: str) -> dict[str, Any]:
    """GET <origin>/<filename>; the body must be exactly the 16 characters of the name. Blocking."""
    match = NAME.fullmatch(filename)
    if match is None:
        return {"passed": False, "reason": "file_name", "text": "文件名须为 MP_verify_ 加 16 位字母数字"}
    answer = outgoing.call(f"{origin.rstrip('/')}/{filename}")
    if answer.status != 200:
        return {"passed": False, "reason": "unreachable", "text": "文件无法访问"}
    if answer.body != match.group(1).encode():
        return {"passed": False, "reason": "content", "text": "文件内容与校验值不一致"}
    return {"passed": True, "reason": "ok", "text": "校验通过"}
