"""Texts of the migration: refusals of an order, why an openid failed, why the work stands still."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "migration_busy": "这个公众号正在拉取或转换，请等它完成，或先暂停。",
    "migration_nothing_pulled": "还没有粉丝名单，请先拉取粉丝，或导入 openid 列表。",
    "migration_not_running": "现在没有可以暂停或继续的任务，请刷新后再看。",
    "migration_not_approved_yet": "审核通过日期不能晚于今天，请核对。",
    "migration_window_over": "审核通过已满 15 天，微信不再转换 openid；如日期填错，请更正后再开始。",
    "import_incomplete": "文件没有传完，请重新选择文件。",
    "import_changed": "这个文件刚刚有变化，请刷新后再操作。",
}
REASONS: dict[str, str] = {
    "not_follower": "不是原公众号现有的粉丝",
    "no_answer": "微信没有给出结果",
    "contradictory": "微信给出了互相矛盾的结果",
    "other": "微信拒绝转换",
    "": "原因不明",
}
TROUBLES: dict[str, str] = {
    "migration_window_over": "审核通过已满 15 天，微信不再转换 openid。没有转换的粉丝需要重新关注和绑定。",
    "wechat_old_secret_missing": "没有设置原公众号的密钥（SSM 参数），请系统管理员设置，或改用导入 openid 列表。",
    "wechat_migration_unrelated": "微信不认这次迁移（63178）：可能尚未审核通过、15 天已过，或原账号写法不对；"
    "请核对审核日期，换用另一种写法后再开始。",
    "wechat_migration_invalid": "微信认为转换请求的参数不对（63182、63183），请联系系统管理员。",
    "wechat_quota_exhausted": "微信接口今日次数已用完，明日零点后自动继续。",
    "wechat_credentials_refused": "微信拒绝了 AppID 或密钥，请系统管理员核对后继续。",
    "wechat_address_not_allowed": "服务器地址不在该公众号的 IP 白名单内，请添加后继续。",
    "wechat_account_banned": "该公众号已被冻结或限制，不能再读取；未拉取的粉丝只能用导入的列表。",
    "wechat_not_authorised": "该公众号没有这项接口权限，请系统管理员核对。",
    "wechat_grant_invalid": "微信不接受这次请求的 openid，请联系系统管理员。",
    "wechat_refused": "微信拒绝了这次请求，请联系系统管理员。",
}
LATER = "微信暂时没有答复，系统会自动重试。"
