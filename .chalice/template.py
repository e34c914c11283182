"""Everything of the stack that Chalice does not know, as one document for `chalice package --merge-template`.

`python .chalice/template.py` prints it. A name that Chalice uses for a resource is extended, any other is added; what
lists Chalice has are replaced, so nothing here touches a list of Chalice's.
"""

import json
from typing import Any

from stack_alarms import alarms
from stack_storage import PEERS, TABLES, queue_id, storage, table_id

# Chalice's name of a function → its logical id in the template.
FUNCTIONS = {
    "api_handler": "APIHandler",
    "gate_worker": "GateWorker",
    "park_worker": "ParkWorker",
    "le_worker": "LeWorker",
    "sweep_holds": "SweepHolds",
    "poll_le": "PollLe",
    "watch_stock": "WatchStock",
    "repair_holds": "RepairHolds",
    "warn_certificates": "WarnCertificates",
    "set_up_products": "SetUpProducts",
    "canteen_worker": "CanteenWorker",
    "pay_worker": "PayWorker",
    "export_worker": "ExportWorker",
    "query_payments": "QueryPayments",
    "sync_canteen": "SyncCanteen",
    "reconcile_canteen": "ReconcileCanteen",
    "refresh_pay_certificates": "RefreshPayCertificates",
    "notify_worker": "NotifyWorker",
    "outbox_redeliver": "OutboxRedeliver",
    "close_visits": "CloseVisits",
    "read_passages": "ReadPassages",
    "purge_personal_data": "PurgePersonalData",
    "continue_migration": "ContinueMigration",
    "migrate_account": "MigrateAccount",
    "subscribe_gate_events": "SubscribeGateEvents",
    "publish_menu": "PublishMenu",
    "sync_news": "SyncNews",
    "appoint_staff": "AppointStaff",
}
# The name operators use; policies name the log group by it. `api_handler` is called `api`.
PUBLIC_NAMES = {name: name.removesuffix("_handler") for name in FUNCTIONS}

PARAMETERS: dict[str, dict[str, Any]] = {
    "Stage": {"Type": "String", "AllowedPattern": "[a-z][a-z0-9-]{1,15}"},
    "CodeBucket": {"Type": "String"},
    "CodeKey": {"Type": "String"},
    "ParameterPrefix": {"Type": "String", "AllowedPattern": "(/[a-z0-9_-]+)+"},
    "PublicBaseUrl": {"Type": "String", "AllowedPattern": "https?://[^/]+"},
    "PublicDomain": {"Type": "String", "AllowedPattern": "[a-z0-9.-]+"},
    "CertificateArn": {"Type": "String", "Default": ""},
    "WechatAppId": {"Type": "String", "AllowedPattern": "wx[0-9a-f]{16}"},
    "WechatApiBaseUrl": {"Type": "String", "Default": "https://api.weixin.qq.com"},
    "WechatOpenBaseUrl": {"Type": "String", "Default": "https://open.weixin.qq.com"},
    "WechatJsSdkUrl": {
        "Type": "String",
        "Default": "https://res.wx.qq.com/open/js/jweixin-1.6.0.js",
        "AllowedPattern": "https?://[^ ;,]+",
    },
    "WechatMiniProgramAppId": {"Type": "String", "Default": "", "AllowedPattern": "(wx[0-9a-f]{16})?"},
    "WechatMiniProgramPages": {"Type": "String", "Default": ""},
    "WechatCallbackMode": {"Type": "String", "Default": "safe", "AllowedValues": ["plain", "compatible", "safe"]},
    "WechatDomainFiles": {"Type": "String", "Default": ""},
    "WechatTemplates": {"Type": "String", "Default": ""},
    "WechatOldAccounts": {"Type": "String", "Default": ""},
    "GateBaseUrl": {"Type": "String", "AllowedPattern": "https?://.+"},
    "GatePrivilegeGroupIds": {"Type": "String", "AllowedPattern": "[^,]+(,[^,]+)*"},
    "GateRightsPath": {
        "Type": "String",
        "Default": "/api/visitor/v1/auth/download/result",
        "AllowedPattern": "/[A-Za-z0-9/_-]+",
    },
    "GateRightsAgainPath": {
        "Type": "String",
        "Default": "/api/visitor/v1/auth/download/again",
        "AllowedPattern": "/[A-Za-z0-9/_-]+",
    },
    "GateExitDevices": {"Type": "String", "Default": ""},
    "GateEventsBaseUrl": {"Type": "String", "Default": "", "AllowedPattern": "(https?://.+)?"},
    "CheckOutHour": {"Type": "Number", "Default": 23, "MinValue": 0, "MaxValue": 23},
    "GateReadingIntervalSeconds": {"Type": "Number", "Default": 20, "MinValue": 1},
    "ParkBaseUrl": {"Type": "String", "Default": "", "AllowedPattern": "(https?://.+)?"},
    "ParkClientId": {"Type": "String", "Default": "", "AllowedPattern": "[A-Za-z0-9_-]{0,32}"},
    "ParkEnterpriseCode": {"Type": "String", "Default": ""},
    "ParkArea": {"Type": "String", "Default": ""},
    "ParkRequired": {"Type": "String", "Default": "false", "AllowedValues": ["true", "false"]},
    "ParkReadingIntervalSeconds": {"Type": "Number", "Default": 600, "MinValue": 1},
    "LeBaseUrl": {"Type": "String", "AllowedPattern": "https?://.+"},
    "LeClientId": {"Type": "String", "AllowedPattern": "[A-Za-z0-9_-]{1,32}"},
    "MesBaseUrl": {"Type": "String", "AllowedPattern": "https?://.+"},
    "MesClientId": {"Type": "String", "AllowedPattern": "[A-Za-z0-9_-]{1,32}"},
    "SiteCode": {"Type": "String", "AllowedPattern": "[A-Za-z0-9_-]{1,16}"},
    "CanteenFlavour": {"Type": "String", "Default": "house", "AllowedValues": ["house", "isc"]},
    "CanteenBaseUrl": {"Type": "String", "AllowedPattern": "https?://.+"},
    "CanteenClientId": {"Type": "String", "AllowedPattern": "[A-Za-z0-9_-]{1,32}"},
    "CanteenContact": {"Type": "String", "Default": "食堂卡务", "MaxLength": 40},
    "WechatPayBaseUrl": {"Type": "String", "Default": "https://api.mch.weixin.qq.com"},
    "WechatPayMerchantId": {"Type": "String", "AllowedPattern": "[0-9]{8,32}"},
    "WechatPayCertificateSerial": {"Type": "String", "AllowedPattern": "[0-9A-Fa-f]{16,64}"},
    "WechatPayPublicKeyId": {"Type": "String", "Default": "", "AllowedPattern": "(PUB_KEY_ID_[0-9]{1,64})?"},
    "SmsBaseUrl": {"Type": "String", "Default": "https://sms.tencentcloudapi.com"},
    "SmsRegion": {"Type": "String", "Default": "ap-guangzhou"},
    "SmsAppId": {"Type": "String", "AllowedPattern": "[0-9]{4,16}"},
    "SmsSignName": {"Type": "String", "MinLength": 1, "MaxLength": 20},
    "SmsTemplateId": {"Type": "String", "AllowedPattern": "[0-9]{1,16}"},
    "CodeLimits": {"Type": "String", "Default": "5/10/20", "AllowedPattern": "[1-9][0-9]*/[1-9][0-9]*/[1-9][0-9]*"},
    "TopUpMinimumFen": {"Type": "Number", "Default": 1000, "MinValue": 1},
    "TopUpMaximumFen": {"Type": "Number", "Default": 50000, "MinValue": 1},
    "TopUpDailyFen": {"Type": "Number", "Default": 100000, "MinValue": 1},
    "RefundAloneFen": {"Type": "Number", "Default": 10000, "MinValue": 1},
    "RegistrationsPerDay": {"Type": "Number", "Default": 20, "MinValue": 1},
    "StockMaxAgeSeconds": {"Type": "Number", "Default": 600, "MinValue": 1},
    "StockSettleSeconds": {"Type": "Number", "Default": 60, "MinValue": 1},
    "SignOffTolerancePerMille": {"Type": "Number", "Default": 3, "MinValue": 1, "MaxValue": 1000},
    "LogisticsContact": {"Type": "String", "Default": "物流室", "MaxLength": 40},
    "VisitsPerDay": {"Type": "Number", "Default": 20, "MinValue": 1},
    "HostSearchesPerDay": {"Type": "Number", "Default": 30, "MinValue": 1},
    "VisitingHours": {
        "Type": "String",
        "Default": "",
        "MaxLength": 1024,
        "AllowedPattern": "([a-z0-9:,.; -]*)",
    },
    "PersonalDataDays": {"Type": "Number", "Default": 180, "MinValue": 1, "MaxValue": 1095},
    "PhotoUploadOrigin": {"Type": "String", "Default": "", "AllowedPattern": "(https?://[^/]+)?"},
    "FrameAncestors": {"Type": "String", "Default": "'none'"},
    "CookieSecure": {"Type": "String", "Default": "true", "AllowedValues": ["true", "false"]},
    "OutboxRetryBaseSeconds": {"Type": "Number", "Default": 20, "MinValue": 1},
    "OutboxRetryCapSeconds": {"Type": "Number", "Default": 900, "MinValue": 1, "MaxValue": 900},
    "QueueVisibilitySeconds": {"Type": "Number", "Default": 360, "MinValue": 60, "MaxValue": 43200},
    "LogLevel": {"Type": "String", "Default": "INFO", "AllowedValues": ["DEBUG", "INFO", "WARNING", "ERROR"]},
    "AlarmEmail": {"Type": "String", "Default": ""},
}

CONDITIONS = {
    "IsProduction": {"Fn::Equals": [{"Ref": "Stage"}, "production"]},
    "IsServedOverTls": {"Fn::Equals": [{"Ref": "CookieSecure"}, "true"]},
    "HasCertificate": {"Fn::Not": [{"Fn::Equals": [{"Ref": "CertificateArn"}, ""]}]},
    "HasPhotoUploadOrigin": {"Fn::Not": [{"Fn::Equals": [{"Ref": "PhotoUploadOrigin"}, ""]}]},
    "HasAlarmEmail": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmEmail"}, ""]}]},
}

# Environment variable → the template parameter it comes from.
SETTINGS = {
    "STAGE": "Stage",
    "PUBLIC_BASE_URL": "PublicBaseUrl",
    "PARAMETER_PREFIX": "ParameterPrefix",
    "WECHAT_APP_ID": "WechatAppId",
    "WECHAT_API_BASE_URL": "WechatApiBaseUrl",
    "WECHAT_OPEN_BASE_URL": "WechatOpenBaseUrl",
    "WECHAT_JS_SDK_URL": "WechatJsSdkUrl",
    "WECHAT_MINI_PROGRAM_APP_ID": "WechatMiniProgramAppId",
    "WECHAT_MINI_PROGRAM_PAGES": "WechatMiniProgramPages",
    "WECHAT_CALLBACK_MODE": "WechatCallbackMode",
    "WECHAT_DOMAIN_FILES": "WechatDomainFiles",
    "WECHAT_TEMPLATES": "WechatTemplates",
    "WECHAT_OLD_ACCOUNTS": "WechatOldAccounts",
    "GATE_BASE_URL": "GateBaseUrl",
    "GATE_PRIVILEGE_GROUP_IDS": "GatePrivilegeGroupIds",
    "GATE_RIGHTS_PATH": "GateRightsPath",
    "GATE_RIGHTS_AGAIN_PATH": "GateRightsAgainPath",
    "GATE_EXIT_DEVICES": "GateExitDevices",
    "GATE_EVENTS_BASE_URL": "GateEventsBaseUrl",
    "CHECK_OUT_HOUR": "CheckOutHour",
    "GATE_READING_INTERVAL_SECONDS": "GateReadingIntervalSeconds",
    "PARK_BASE_URL": "ParkBaseUrl",
    "PARK_CLIENT_ID": "ParkClientId",
    "PARK_ENTERPRISE_CODE": "ParkEnterpriseCode",
    "PARK_AREA": "ParkArea",
    "PARK_REQUIRED": "ParkRequired",
    "PARK_READING_INTERVAL_SECONDS": "ParkReadingIntervalSeconds",
    "LE_BASE_URL": "LeBaseUrl",
    "LE_CLIENT_ID": "LeClientId",
    "MES_BASE_URL": "MesBaseUrl",
    "MES_CLIENT_ID": "MesClientId",
    "SITE_CODE": "SiteCode",
    "CANTEEN_FLAVOUR": "CanteenFlavour",
    "CANTEEN_BASE_URL": "CanteenBaseUrl",
    "CANTEEN_CLIENT_ID": "CanteenClientId",
    "CANTEEN_CONTACT": "CanteenContact",
    "WECHAT_PAY_BASE_URL": "WechatPayBaseUrl",
    "WECHAT_PAY_MERCHANT_ID": "WechatPayMerchantId",
    "WECHAT_PAY_CERTIFICATE_SERIAL": "WechatPayCertificateSerial",
    "WECHAT_PAY_PUBLIC_KEY_ID": "WechatPayPublicKeyId",
    "SMS_BASE_URL": "SmsBaseUrl",
    "SMS_REGION": "SmsRegion",
    "SMS_APP_ID": "SmsAppId",
    "SMS_SIGN_NAME": "SmsSignName",
    "SMS_TEMPLATE_ID": "SmsTemplateId",
    "CODE_LIMITS": "CodeLimits",
    "TOP_UP_MINIMUM_FEN": "TopUpMinimumFen",
    "TOP_UP_MAXIMUM_FEN": "TopUpMaximumFen",
    "TOP_UP_DAILY_FEN": "TopUpDailyFen",
    "REFUND_ALONE_FEN": "RefundAloneFen",
    "REGISTRATIONS_PER_DAY": "RegistrationsPerDay",
    "STOCK_MAX_AGE_SECONDS": "StockMaxAgeSeconds",
    "STOCK_SETTLE_SECONDS": "StockSettleSeconds",
    "SIGN_OFF_TOLERANCE_PER_MILLE": "SignOffTolerancePerMille",
    "LOGISTICS_CONTACT": "LogisticsContact",
    "VISITS_PER_DAY": "VisitsPerDay",
    "HOST_SEARCHES_PER_DAY": "HostSearchesPerDay",
    "VISITING_HOURS": "VisitingHours",
    "PERSONAL_DATA_DAYS": "PersonalDataDays",
    "FRAME_ANCESTORS": "FrameAncestors",
    "COOKIE_SECURE": "CookieSecure",
    "OUTBOX_RETRY_BASE_SECONDS": "OutboxRetryBaseSeconds",
    "OUTBOX_RETRY_CAP_SECONDS": "OutboxRetryCapSeconds",
    "LOG_LEVEL": "LogLevel",
}


def environment() -> dict[str, Any]:
    """The settings every function reads (chalicelib/core/settings.py)."""
    variables: dict[str, Any] = {name: {"Ref": parameter} for name, parameter in SETTINGS.items()}
    variables["PHOTO_BUCKET"] = {"Ref": "PhotoBucket"}
    own_origin = {"Fn::Sub": "https://${PhotoBucket.RegionalDomainName}"}
    variables["PHOTO_UPLOAD_ORIGIN"] = {"Fn::If": ["HasPhotoUploadOrigin", {"Ref": "PhotoUploadOrigin"}, own_origin]}
    variables.update({f"TABLE_{name.upper()}": {"Ref": table_id(name)} for name in TABLES})
    # The queues differ in their last word only, and seven whole addresses are a sixth of the environment's four kilobytes.
    one = next(iter(PEERS))
    variables["QUEUE_URL_PREFIX"] = {"Fn::Select": [0, {"Fn::Split": [f"{one}.fifo", {"Ref": queue_id(one)}]}]}
    variables["EXPORT_BUCKET"] = {"Ref": "ExportBucket"}
    return variables


def functions() -> dict[str, Any]:
    """What Chalice cannot say about a function: a fixed name, the uploaded code, its settings, its events."""
    resources: dict[str, Any] = {}
    for name, logical_id in FUNCTIONS.items():
        properties: dict[str, Any] = {
            "FunctionName": {"Fn::Sub": f"${{AWS::StackName}}-{PUBLIC_NAMES[name]}"},
            "CodeUri": {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}},
            "Environment": {"Variables": environment()},
        }
        resources[logical_id] = {"Properties": properties}
        # Chalice names the API's log group after a resource it has renamed; a fixed name also has no such dependency.
        log_group = {"LogGroupName": {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{PUBLIC_NAMES[name]}"}}
        resources[f"{_camel(name)}LogGroup"] = {"Properties": log_group}
    for peer, function in PEERS.items():
        worker = FUNCTIONS[function]
        source = {
            # Fn::Sub as in Chalice's own value: a merge would keep both keys of two different functions.
            "Queue": {"Fn::Sub": f"${{{queue_id(peer)}.Arn}}"},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }
        events = {f"{worker}SqsEventSource": {"Properties": source}}
        resources[worker]["Properties"]["Events"] = events
    # The next run comes by itself: a failed one is not repeated by Lambda as well.
    for schedule in (
        "OutboxRedeliver",
        "CloseVisits",
        "ReadPassages",
        "PurgePersonalData",
        "SyncNews",
        "ContinueMigration",
        "SweepHolds",
        "PollLe",
        "WatchStock",
        "RepairHolds",
        "WarnCertificates",
        "QueryPayments",
        "SyncCanteen",
        "ReconcileCanteen",
        "RefreshPayCertificates",
    ):
        resources[schedule]["Properties"]["EventInvokeConfig"] = {"MaximumRetryAttempts": 0}
    return resources


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def front_door() -> dict[str, Any]:
    """The public domain, and the limits of the API's stage."""
    certificate = {"Fn::If": ["HasCertificate", {"Ref": "CertificateArn"}, {"Ref": "AWS::NoValue"}]}
    throttling = {"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingBurstLimit": 400, "ThrottlingRateLimit": 200}
    return {
        "RestAPI": {"Properties": {"Name": {"Ref": "AWS::StackName"}, "MethodSettings": [throttling]}},
        "PublicDomainName": {
            "Type": "AWS::ApiGateway::DomainName",
            "Properties": {
                "DomainName": {"Ref": "PublicDomain"},
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
                "RegionalCertificateArn": certificate,
                "SecurityPolicy": "TLS_1_2",
            },
        },
        "PublicBasePath": {
            "Type": "AWS::ApiGateway::BasePathMapping",
            "Properties": {
                "DomainName": {"Ref": "PublicDomainName"},
                "RestApiId": {"Ref": "RestAPI"},
                "Stage": {"Ref": "RestAPI.Stage"},
            },
        },
    }


def outputs() -> dict[str, Any]:
    """What the commands need to know of a deployed stack."""
    values: dict[str, Any] = {
        "PublicBaseUrl": {"Ref": "PublicBaseUrl"},
        "PhotoBucketName": {"Ref": "PhotoBucket"},
        "RegionalDomainName": {"Fn::GetAtt": ["PublicDomainName", "RegionalDomainName"]},
    }
    values.update({table_id(name): {"Ref": table_id(name)} for name in TABLES})
    values.update({queue_id(peer): {"Ref": queue_id(peer)} for peer in PEERS})
    return {name: {"Value": value} for name, value in values.items()}


def build() -> dict[str, Any]:
    """The whole document."""
    return {
        "Description": "One WeChat official account for visitors, logistics and the canteen",
        "Parameters": PARAMETERS,
        "Conditions": CONDITIONS,
        "Resources": {**storage(), **functions(), **front_door(), **alarms(FUNCTIONS.values())},
        "Outputs": outputs(),
    }


if __name__ == "__main__":
    print(json.dumps(build(), indent=2))
