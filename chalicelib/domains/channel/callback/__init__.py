"""What WeChat tells the account's server: messages, follows, events; and what is answered in the chat."""
