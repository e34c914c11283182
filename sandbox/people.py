"""Who lives in the sandbox: WeChat users with their phones, and the staff the security platform knows."""

import hashlib
from dataclasses import dataclass

APP_ID = "wx0c7a3f51d2e84b96"
MINI_PROGRAM_APP_ID = "wx5e2d91b0c47a83f6"
ACCOUNT_RAW_ID = "gh_3c884a361561"
ACCOUNT_NAME = "东南电化"


@dataclass(frozen=True)
class WeChatPerson:
    """Somebody with a WeChat account and a phone of their own."""

    openid: str
    unionid: str
    nickname: str
    phone: str
    role_hint: str
    role_label: str
    avatar_colour: str

    @property
    def mini_openid(self) -> str:
        """The same person at the mini program: an openid of its own, from which nothing can be concluded."""
        return f"o{hashlib.sha256(f'{MINI_PROGRAM_APP_ID}:{self.openid}'.encode()).hexdigest()[:27]}"


PEOPLE = (
    WeChatPerson(
        "o_linxiaoyu_7Kp2XvQ9mTzR4wBc",
        "oU-linxiaoyu-5Wd8NsYb3LkHq2ZxJ",
        "林晓雨",
        "13800001111",
        "visitor",
        "访客",
        "#0f766e",
    ),
    WeChatPerson(
        "o_zhoumin_c3Hs8LqWv5TnXy1FbE",
        "oU-zhoumin-9Rt4GmVc6PjKe7SwAdU",
        "周敏",
        "13800002222",
        "visitor",
        "访客",
        "#b45309",
    ),
    WeChatPerson(
        "o_chenjianguo_M6dR9kZp2VuQ4x",
        "oU-chenjianguo-2Xb7HnQz5LfTy8C",
        "陈建国",
        "13900002222",
        "approver",
        "审批人",
        "#1d4ed8",
    ),
    WeChatPerson(
        "o_huangzhiqiang_T8wJ3sNc5Gy7",
        "oU-huangzhiqiang-6Mk1VdPr9WzEa",
        "黄志强",
        "13900004444",
        "administrator",
        "管理员",
        "#7c3aed",
    ),
    WeChatPerson(
        "o_wudayong_J4qLs9XtV2mRk7Yb1",
        "oU-wudayong-8Hf3TcZn6WpQx5KdMR",
        "吴大勇",
        "13700005555",
        "driver",
        "司机",
        "#0369a1",
    ),
    WeChatPerson(
        "o_hetianming_B8nWc3KzP6vTd2H",
        "oU-hetianming-1Yk5RxJq7LmVb9Gt",
        "何天明",
        "13700006666",
        "driver",
        "司机",
        "#4d7c0f",
    ),
    WeChatPerson(
        "o_zhengxiuying_F5xMq1RdW9jLk",
        "oU-zhengxiuying-4Nc8ZbHt2VsPy6",
        "郑秀英",
        "13900005555",
        "logistics",
        "物流员",
        "#be185d",
    ),
    WeChatPerson(
        "o_xuwenjing_R3vK8dXm5QwZc1Lt",
        "oU-xuwenjing-7Jp4NsTb9GyVr2Hc",
        "许文静",
        "13600007777",
        "diner",
        "员工",
        "#0e7490",
    ),
    WeChatPerson(
        "o_guolihua_W9bT4nHs6YkPj2Mxq",
        "oU-guolihua-3Dz6RcLm8XvQf5KwB",
        "郭丽华",
        "13600008888",
        "canteen",
        "食堂管理员",
        "#9a3412",
    ),
    WeChatPerson(
        "o_xiezhiming_D5gL2pVt7RzNc8K",
        "oU-xiezhiming-8Bw1YqHj4TkSm6Xd",
        "谢志明",
        "13600009999",
        "canteen",
        "食堂管理员",
        "#4338ca",
    ),
)


@dataclass(frozen=True)
class Staff:
    """A row of the security platform's person register; status < 0 means deleted."""

    person_id: str
    name: str
    gender: int
    phone: str
    job_number: str
    department: str
    certificate_number: str = ""
    status: int = 1


STAFF = (
    Staff("p-7f3a1c9e2b604d58", "王海峰", 1, "13900001111", "A1001", "生产技术部"),
    Staff("p-2d8b5e7041fa4c93", "陈建国", 1, "13900002222", "A1002", "安全环保部"),
    Staff("p-91c4e6d80b3f4a27", "王芳", 2, "13900003333", "A1003", "物资采购部"),
    Staff("p-4e0f9a72c6d84b15", "李娜", 2, "13900003333", "A1004", "物资采购部"),
    Staff("p-b82d07f5a91e4c36", "黄志强", 1, "13900004444", "A1005", "综合管理部"),
    Staff("p-c5e81a7d93f04b62", "许文静", 2, "13600007777", "A1008", "质量检验部"),
    Staff("p-6b1f4d02e7a94c85", "林志远", 1, "13600007777", "A1009", "质量检验部"),
    Staff("p-38d9a6c15f2e4b70", "郭丽华", 2, "13600008888", "A1010", "后勤服务部"),
    Staff("p-e07b52f94c1d4a36", "谢志明", 1, "13600009999", "A1011", "后勤服务部"),
    Staff("p-0a6e3d94f7b84251", "赵已离", 1, "13900009999", "A0999", "设备动力部", status=-1),
)


def person_by_openid(openid: str) -> WeChatPerson | None:
    """The WeChat user with that openid of this account."""
    return next((person for person in PEOPLE if person.openid == openid), None)
