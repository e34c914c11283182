"""Tencent Cloud SMS as its API documentation describes it (docs/integrators/sms.md)."""
