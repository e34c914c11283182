"""The simulated WeChat Pay, API v3: orders of one merchant, refunds, notifications, bills."""
