"""Files of the old accounts: openid lists and bindings, checked line by line before anything is taken over."""
