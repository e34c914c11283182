"""企业动态: the account's published articles, copied by a schedule, so that a page never waits for WeChat."""
