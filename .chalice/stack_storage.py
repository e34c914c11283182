"""Tables, queues and buckets of the stack, as CloudFormation resources."""

from typing import Any

Resource = dict[str, Any]

# Table → index → (partition key, sort key). Every table has pk, sk and the TTL attribute expires_at.
TABLES: dict[str, dict[str, tuple[str, str]]] = {
    "account": {"by_sign_in": ("user_kind", "signed_in_at")},
    "audit": {"by_time": ("month", "at")},
    "canteen": {
        "by_owner": ("owner_key", "created_at"),
        "by_kind": ("kind_key", "created_at"),
        "by_status": ("status_key", "created_at"),
        "by_account": ("account_key", "created_at"),
        "by_day": ("day_key", "created_at"),
        "by_due": ("due_key", "due_at"),
    },
    "channel": {"by_result": ("notice_result", "asked_at")},
    "logistics": {
        "by_owner": ("owner_key", "created_at"),
        "by_kind": ("kind_key", "created_at"),
        "by_status": ("status_key", "created_at"),
        "by_plate": ("plate_key", "created_at"),
        "by_due": ("due_key", "due_at"),
        "by_held": ("held_key", "created_at"),
    },
    "outbox": {"by_state": ("peer_state", "next_attempt_at")},
    "visitor": {
        "by_owner": ("owner_id", "submitted_at"),
        "by_status": ("status", "submitted_at"),
        "by_time": ("visit_kind", "submitted_at"),
        "by_start": ("visit_kind", "starts_at"),
        "by_end": ("visit_kind", "open_until"),
        "by_inside": ("visit_kind", "inside_until"),
        "by_purge": ("purge_kind", "purge_after"),
    },
}

# One FIFO queue per outside system, and one of long exports → the function that works it off.
PEERS = {
    "canteen": "canteen_worker",
    "export": "export_worker",
    "gate": "gate_worker",
    "le": "le_worker",
    "park": "park_worker",
    "pay": "pay_worker",
    "wechat": "notify_worker",
}
MAX_RECEIVES = 5
FOURTEEN_DAYS = 14 * 24 * 3600
PHOTO_DAYS = 1100
"""More than the longest retention (``PersonalDataDays``) a saved visitor's photo can have."""


def table_id(name: str) -> str:
    """Logical id of a domain's table."""
    return f"{name.capitalize()}Table"


def queue_id(peer: str) -> str:
    """Logical id of a peer's queue."""
    return f"{peer.capitalize()}Queue"


def dead_letter_id(peer: str) -> str:
    """Logical id of the queue that keeps what a peer's worker could not handle."""
    return f"{peer.capitalize()}DeadLetterQueue"


def table(indexes: dict[str, tuple[str, str]]) -> Resource:
    """One table: on demand, recoverable to any second, kept when the stack goes and not deletable in production."""
    attributes = {"pk", "sk"}.union(*indexes.values())
    properties: dict[str, Any] = {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in sorted(attributes)],
        "KeySchema": _keys("pk", "sk"),
        "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": {"Fn::If": ["IsProduction", True, False]},
    }
    if indexes:
        properties["GlobalSecondaryIndexes"] = [
            {"IndexName": name, "KeySchema": _keys(*keys), "Projection": {"ProjectionType": "ALL"}}
            for name, keys in indexes.items()
        ]
    return _kept({"Type": "AWS::DynamoDB::Table", "Properties": properties})


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]


def _kept(resource: Resource) -> Resource:
    return {**resource, "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}


def queues(peer: str) -> dict[str, Resource]:
    """A peer's queue and its dead-letter queue: first in first out per business object, nothing thrown away."""
    shared = {"FifoQueue": True, "MessageRetentionPeriod": FOURTEEN_DAYS, "SqsManagedSseEnabled": True}
    name = {"Fn::Sub": f"${{AWS::StackName}}-{peer}.fifo"}
    dead_name = {"Fn::Sub": f"${{AWS::StackName}}-{peer}-dead.fifo"}
    redrive = {
        "deadLetterTargetArn": {"Fn::GetAtt": [dead_letter_id(peer), "Arn"]},
        "maxReceiveCount": MAX_RECEIVES,
    }
    return {
        dead_letter_id(peer): _kept({"Type": "AWS::SQS::Queue", "Properties": {**shared, "QueueName": dead_name}}),
        queue_id(peer): {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                **shared,
                "QueueName": name,
                "VisibilityTimeout": {"Ref": "QueueVisibilitySeconds"},
                "RedrivePolicy": redrive,
            },
        },
    }


def photo_bucket() -> Resource:
    """Private bucket of face photos: reached by presigned URLs over TLS only, never public."""
    private = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    encryption = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return _kept(
        {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "PublicAccessBlockConfiguration": dict.fromkeys(private, True),
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
                "BucketEncryption": {"ServerSideEncryptionConfiguration": [encryption]},
                # Browsers post a photo from our pages, by a signed form; nothing is read from there.
                "CorsConfiguration": {
                    "CorsRules": [
                        {
                            "AllowedOrigins": [{"Ref": "PublicBaseUrl"}],
                            "AllowedMethods": ["POST"],
                            "AllowedHeaders": ["*"],
                            "MaxAge": 3600,
                        }
                    ]
                },
                "LifecycleConfiguration": {
                    "Rules": [
                        {
                            "Id": "unfinished-uploads",
                            "Status": "Enabled",
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                        },
                        {
                            # The purge deletes long before; this holds even if nothing of ours runs any more.
                            "Id": "forgotten-photos",
                            "Status": "Enabled",
                            "Prefix": "faces/",
                            "ExpirationInDays": PHOTO_DAYS,
                        },
                    ]
                },
            },
        }
    )


def export_bucket() -> Resource:
    """Private bucket of files that staff export: as private as the photos', and empty again after a day."""
    bucket = photo_bucket()
    rule = {"Id": "exports-are-fetched-at-once", "Status": "Enabled", "ExpirationInDays": 1}
    bucket["Properties"]["LifecycleConfiguration"] = {"Rules": [rule]}
    return bucket


def tls_only(bucket: str) -> Resource:
    """Refuses any access to a bucket that is not encrypted on the way."""
    statement = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [{"Fn::Sub": f"${{{bucket}.Arn}}"}, {"Fn::Sub": f"${{{bucket}.Arn}}/*"}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Condition": "IsServedOverTls",
        "Properties": {
            "Bucket": {"Ref": bucket},
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }


def storage() -> dict[str, Resource]:
    """Every resource of this module by logical id."""
    resources = {table_id(name): table(indexes) for name, indexes in TABLES.items()}
    for peer in PEERS:
        resources.update(queues(peer))
    buckets = {"PhotoBucket": photo_bucket(), "ExportBucket": export_bucket()}
    return {**resources, **buckets, **{f"{name}Policy": tls_only(name) for name in buckets}}
