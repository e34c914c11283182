"""Tencent Cloud SMS: the codes that prove a phone (docs/integrators/sms.md)."""
