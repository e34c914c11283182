"""The WeChat official account: API client with a shared token, web authorisation, menu, callback check."""
