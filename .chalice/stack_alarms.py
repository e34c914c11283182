"""Alarms of the stack and the topic that tells the operators; docs/operations.md has an entry for each."""

from collections.abc import Iterable
from typing import Any

from stack_storage import PEERS, dead_letter_id, queue_id

Resource = dict[str, Any]
OLDEST_MESSAGE_SECONDS = 900
API_ERRORS_IN_FIVE_MINUTES = 5


def alarm(description: str, namespace: str, metric: str, dimensions: dict[str, Any], **limits: Any) -> Resource:
    """One alarm on the stack's topic; missing data is good news, since no traffic makes no data."""
    return {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "AlarmDescription": description,
            "Namespace": namespace,
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [{"Ref": "AlarmTopic"}],
            "OKActions": [{"Ref": "AlarmTopic"}],
            **limits,
        },
    }


def limits(threshold: float, statistic: str = "Sum", minutes: int = 5) -> dict[str, Any]:
    """When an alarm goes off: the statistic over that many minutes is above the threshold."""
    return {"Threshold": threshold, "Statistic": statistic, "Period": minutes * 60, "EvaluationPeriods": 1}


def queue_alarms(peer: str) -> dict[str, Resource]:
    """A push that gave up, and pushes that wait too long."""
    dead = {"QueueName": {"Fn::GetAtt": [dead_letter_id(peer), "QueueName"]}}
    waiting = {"QueueName": {"Fn::GetAtt": [queue_id(peer), "QueueName"]}}
    name = peer.capitalize()
    return {
        f"{name}DeadLetterAlarm": alarm(
            f"Messages for {peer} were given up", "AWS/SQS", "ApproximateNumberOfMessagesVisible", dead,
            **limits(0, "Maximum", 1),
        ),
        f"{name}QueueAgeAlarm": alarm(
            f"Messages for {peer} wait longer than {OLDEST_MESSAGE_SECONDS} s", "AWS/SQS",
            "ApproximateAgeOfOldestMessage", waiting, **limits(OLDEST_MESSAGE_SECONDS, "Maximum"),
        ),
    }  # fmt: skip


def function_alarms(logical_id: str) -> dict[str, Resource]:
    """A function that raised or timed out, and one that was throttled."""
    dimensions = {"FunctionName": {"Ref": logical_id}}
    return {
        f"{logical_id}{metric}Alarm": alarm(
            f"{logical_id}: {metric.lower()}", "AWS/Lambda", metric, dimensions, **limits(0)
        )
        for metric in ("Errors", "Throttles")
    }


def api_alarm() -> Resource:
    """Users see errors of ours."""
    return alarm(
        "The HTTP API answers 5xx", "AWS/ApiGateway", "5XXError",
        {"ApiName": {"Ref": "AWS::StackName"}, "Stage": "app"}, **limits(API_ERRORS_IN_FIVE_MINUTES),
    )  # fmt: skip


def alarms(functions: Iterable[str]) -> dict[str, Resource]:
    """Every alarm by logical id, with the topic and, when an address is given, its subscription."""
    resources: dict[str, Resource] = {
        "AlarmTopic": {"Type": "AWS::SNS::Topic", "Properties": {}},
        "AlarmSubscription": {
            "Type": "AWS::SNS::Subscription",
            "Condition": "HasAlarmEmail",
            "Properties": {
                "TopicArn": {"Ref": "AlarmTopic"},
                "Protocol": "email",
                "Endpoint": {"Ref": "AlarmEmail"},
            },
        },
        "ApiServerErrorAlarm": api_alarm(),
    }
    for peer in PEERS:
        resources.update(queue_alarms(peer))
    for logical_id in functions:
        resources.update(function_alarms(logical_id))
    return resources
