"""What is wrong with a file or a line, in Chinese, each with what to do now."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domains.channel.migration.imports.files import HEADERS
from chalicelib.domains.channel.migration.imports.rows import Fault

FAULTS: Mapping[str, str] = {
    "required": "必填，不能为空",
    "bad_openid": "不是微信 openid（以 o 开头的一串字母、数字），请从原系统重新导出",
    "bad_phone": "不是 11 位手机号码；若显示为科学计数，请把该列设为文本后重新导出",
    "bad_plate": "车牌号格式不正确，例如 闽A12345、闽A1234挂",
    "bad_id_number": "身份证号不正确，请核对 18 位号码",
    "bad_day": "日期格式不正确，例如 2027-06-30",
    "bad_name": "姓名过长，或含有 ' / \\ : * ? \" < > | 等符号",
    "bad_text": "过长，或含有控制字符",
    "duplicate": "与第 {line} 行重复，只导入第 {line} 行",
    "phone_taken": "这个手机号在第 {line} 行已属于另一个 openid，请核对后只留一行",
    "openid_unknown": "原公众号的粉丝里没有这个 openid，请先拉取粉丝，或核对是否选错了公众号",
}
UNREADABLE: Mapping[str, str] = {
    "file_encoding": "无法识别文件编码，请另存为“CSV UTF-8”后重新上传。",
    "file_not_csv": "这不是 CSV 文件，请用表格软件另存为 CSV 后重新上传。",
    "file_empty": "文件里没有数据行，请核对后重新上传。",
    "file_column_missing": "缺少“{column}”这一列，请核对表头后重新上传。",
    "file_gone": "文件已过期删除，请重新上传。",
}


def fault_words(fault: Fault) -> str:
    """Such as ``手机号：不是 11 位手机号码…``."""
    return f"{HEADERS[fault.column][0]}：{FAULTS[fault.code].format(line=fault.line)}"


def problem_words(problem: str) -> str:
    """Why a file cannot be read."""
    code, _, column = problem.partition(":")
    return UNREADABLE[code].format(column=column) if code else ""
