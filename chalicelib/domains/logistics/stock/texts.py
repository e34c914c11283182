"""Texts of what is refused about products, their stock and exceptions: what happened, and what to do now."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "product_exists": "已有这个代码的产品，请刷新列表，在原产品上修改。",
    "product_changed": "这个产品刚刚被他人修改，请刷新后核对再保存。",
    "product_has_holds": "这个产品还有未结束的占用，不能改动“是否核对库存”；请等占用结束或释放后再改。",
    "waiver_spent": "这条例外已被使用、收回或过期，请刷新列表查看。",
}
