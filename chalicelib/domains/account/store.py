"""Items of the account table; every condition stands here with the race it closes."""

from __future__ import annotations

from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import PutError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core.clock import from_text, to_epoch, to_text
from chalicelib.core.ids import fingerprint
from chalicelib.core.table import Item, TableMeta, Transaction, condition_failed
from chalicelib.domains.account.model import (
    ADMINISTRATOR,
    Disabling,
    Identity,
    Profile,
    User,
    UserStatus,
)

USER_KIND = "user"
"""The one partition of ``by_sign_in``: everybody in one order; a plant has a few sign-ins a minute."""
NAMES_AT_ONCE = 100
"""DynamoDB's limit of a ``BatchGetItem``."""
ALIAS_STEPS = 3
"""A person has as many users as there are apps at most: one step, and one to spare."""
CODE_LIFETIME = timedelta(minutes=10)
"""WeChat's codes live five minutes; a claim outlives its code."""


class BySignIn(GlobalSecondaryIndex["UserItem"]):
    """Everybody, by their last sign-in."""

    class Meta:
        index_name = "by_sign_in"
        projection = AllProjection()

    user_kind = UnicodeAttribute(hash_key=True)
    signed_in_at = UnicodeAttribute(range_key=True)


class UserItem(Item):
    """Stored form of a user: ``USER#<id>`` / ``USER``."""

    class Meta(TableMeta):
        domain = "account"

    user_kind = UnicodeAttribute(null=True)
    """Absent on an absorbed user, who is in no list."""
    app_id = UnicodeAttribute()
    openid = UnicodeAttribute()
    nickname = UnicodeAttribute()
    avatar_url = UnicodeAttribute()
    status = UnicodeAttribute()
    roles = UnicodeSetAttribute(null=True)
    created_at = UnicodeAttribute()
    signed_in_at = UnicodeAttribute()
    version = NumberAttribute()
    disabled_reason = UnicodeAttribute(null=True)
    disabled_by = UnicodeAttribute(null=True)
    disabled_by_name = UnicodeAttribute(null=True)
    disabled_at = UnicodeAttribute(null=True)
    signed_out_at = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    unionid = UnicodeAttribute(null=True)
    also = UnicodeSetAttribute(null=True)
    """``<appid>#<openid>`` each."""
    absorbed = UnicodeSetAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)
    by_sign_in = BySignIn()


class IdentityItem(Item):
    """Which user a WeChat identity belongs to: ``WECHAT#<appid>#<openid>`` / ``IDENTITY``, and ``UNION#<unionid>`` /
    ``IDENTITY`` for the person behind all of them."""

    class Meta(TableMeta):
        domain = "account"

    user_id = UnicodeAttribute()


class CodeItem(Item):
    """A WeChat authorisation code being or having been exchanged: ``CODE#<sha-256>`` / ``CODE``."""

    class Meta(TableMeta):
        domain = "account"

    sign_in_state = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)


def find_user(user_id: str) -> User | None:
    """A user by id, consistently read: a role taken away is gone on the next request.

    The id of an absorbed user finds who the person is now, so that sessions, audit entries and notices that hold it go
    on: one more read, and only for those.
    """
    for _ in range(ALIAS_STEPS):
        item = UserItem.find(f"USER#{user_id}", "USER")
        if item is None or item.merged_into is None:
            return to_user(item) if item else None
        user_id = item.merged_into
    return None


def find_user_id(app_id: str, openid: str) -> str | None:
    """Whose WeChat identity this is."""
    item = IdentityItem.find(_identity_key(app_id, openid), "IDENTITY")
    return item.user_id if item else None


def find_owners(profile: Profile) -> tuple[str | None, str | None]:
    """Whose the openid is, and whose the unionid, in one consistent read."""
    keys = [_identity_key(profile.app_id, profile.openid)]
    if not profile.unionid:
        return find_user_id(profile.app_id, profile.openid), None
    keys.append(_union_key(profile.unionid))
    items = IdentityItem.batch_get([(key, "IDENTITY") for key in keys], consistent_read=True)
    found = {item.pk: item.user_id for item in items}
    return found.get(keys[0]), found.get(keys[1])


def add_new_user(transaction: Transaction, user: User) -> None:
    """Create user and identity. *Closes*: two first sign-ins of one person at once making two users, at one app (the
    identity is there already) or at two (the unionid is)."""
    transaction.create("user", _to_user_item(user))
    add_new_identity(transaction, Identity(user.app_id, user.openid), user.id)
    if user.unionid:
        add_new_union(transaction, user.unionid, user.id)


def add_new_identity(transaction: Transaction, identity: Identity, user_id: str) -> None:
    """*Closes*: one openid becoming two users', when two of its sign-ins arrive at once."""
    item = IdentityItem(_identity_key(identity.app_id, identity.openid), "IDENTITY", user_id=user_id)
    transaction.create("identity", item)


def add_new_union(transaction: Transaction, unionid: str, user_id: str) -> None:
    """*Closes*: one person becoming two users, when the official account and the mini program meet them at once."""
    transaction.create("union", IdentityItem(_union_key(unionid), "IDENTITY", user_id=user_id))


def add_identities_moved(transaction: Transaction, absorbed: User, user_id: str) -> None:
    """Point everything WeChat knows an absorbed user as to who they are now. *Closes*: an identity that went elsewhere."""
    keys = [_identity_key(identity.app_id, identity.openid) for identity in sorted(absorbed.identities)]
    keys += [_union_key(absorbed.unionid)] if absorbed.unionid else []
    for key in keys:
        item = IdentityItem(key, "IDENTITY", user_id=user_id)
        transaction.put("identity", item, IdentityItem.user_id == absorbed.id)


def add_user_change(transaction: Transaction, changed: User) -> None:
    """Write a changed user. *Closes*: a sign-in overwriting a status or role changed at the same moment."""
    transaction.put("user", _to_user_item(changed), UserItem.version == changed.version - 1)


def add_administrator_check(transaction: Transaction, actor_id: str) -> None:
    """Require that who changes somebody *else* is an active administrator at the moment of the commit.

    *Closes*: two administrators throwing each other out at once, and a change by somebody who has just been shut out.
    It is also why there is always an administrator: nobody takes their own administration away, and whoever takes
    another's still has it when that happens. There is no counter that could drift.
    """
    administers = UserItem.roles.contains(ADMINISTRATOR) & (UserItem.status == UserStatus.ACTIVE.value)
    transaction.check("actor", UserItem, f"USER#{actor_id}", "USER", administers)


def find_nicknames(user_ids: set[str]) -> dict[str, str]:
    """Names of at most a hundred users, in one read."""
    if len(user_ids) > NAMES_AT_ONCE:
        raise ValueError("one batch holds a hundred keys")
    if not user_ids:
        return {}
    items = UserItem.batch_get([(f"USER#{user_id}", "USER") for user_id in sorted(user_ids)])
    return {item.pk.removeprefix("USER#"): item.nickname for item in items}


def claim_code(code: str, sign_in_state: str, now: datetime) -> bool:
    """Take a code for exchange. *Closes*: the callback requested twice (double tap, back button) exchanging it twice."""
    item = CodeItem(
        f"CODE#{fingerprint(code)}", "CODE", sign_in_state=sign_in_state, expires_at=to_epoch(now + CODE_LIFETIME)
    )
    try:
        item.save(CodeItem.pk.does_not_exist())
    except PutError as error:
        if condition_failed(error):
            return False
        raise
    return True


def add_code_result(transaction: Transaction, code: str, sign_in_state: str, user_id: str, now: datetime) -> None:
    """Remember whose code it was, so that the repeated callback of the same browser ends the same way."""
    item = CodeItem(
        f"CODE#{fingerprint(code)}",
        "CODE",
        sign_in_state=sign_in_state,
        user_id=user_id,
        expires_at=to_epoch(now + CODE_LIFETIME),
    )
    transaction.put("code", item)


def find_code(code: str) -> CodeItem | None:
    """The claim of a code."""
    return CodeItem.find(f"CODE#{fingerprint(code)}", "CODE")


def _identity_key(app_id: str, openid: str) -> str:
    return f"WECHAT#{app_id}#{openid}"


def _union_key(unionid: str) -> str:
    return f"UNION#{unionid}"


def _to_user_item(user: User) -> UserItem:
    return UserItem(
        f"USER#{user.id}",
        "USER",
        user_kind=None if user.merged_into else USER_KIND,
        app_id=user.app_id,
        openid=user.openid,
        nickname=user.nickname,
        avatar_url=user.avatar_url,
        status=user.status.value,
        roles=set(user.roles) or None,
        created_at=to_text(user.created_at),
        signed_in_at=to_text(user.signed_in_at),
        version=user.version,
        disabled_reason=user.disabling.reason if user.disabling else None,
        disabled_by=user.disabling.by if user.disabling else None,
        disabled_by_name=user.disabling.by_name if user.disabling else None,
        disabled_at=to_text(user.disabling.at) if user.disabling else None,
        signed_out_at=to_text(user.signed_out_at) if user.signed_out_at else None,
        phone=user.phone,
        unionid=user.unionid,
        also={f"{identity.app_id}#{identity.openid}" for identity in user.also} or None,
        absorbed=set(user.absorbed) or None,
        merged_into=user.merged_into,
    )


def to_user(item: UserItem) -> User:
    """The user of a stored item."""
    return User(
        id=item.pk.removeprefix("USER#"),
        app_id=item.app_id,
        openid=item.openid,
        nickname=item.nickname,
        avatar_url=item.avatar_url,
        status=UserStatus(item.status),
        roles=frozenset(item.roles or ()),
        created_at=from_text(item.created_at),
        signed_in_at=from_text(item.signed_in_at),
        version=int(item.version),
        disabling=_to_disabling(item),
        signed_out_at=from_text(item.signed_out_at) if item.signed_out_at else None,
        phone=item.phone,
        unionid=item.unionid,
        also=frozenset(Identity(*pair.split("#", 1)) for pair in item.also or ()),
        absorbed=tuple(sorted(item.absorbed or ())),
        merged_into=item.merged_into,
    )


def _to_disabling(item: UserItem) -> Disabling | None:
    if not item.disabled_at:
        return None
    return Disabling(
        item.disabled_reason or "", item.disabled_by or "", item.disabled_by_name or "", from_text(item.disabled_at)
    )
