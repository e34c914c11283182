"""WeChat as the account sees it: tokens, web authorisation, menu, callbacks, migration."""
