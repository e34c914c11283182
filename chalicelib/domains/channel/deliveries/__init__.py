"""通知记录: what became of each message to a user, from the first attempt to WeChat's report of its delivery."""
