"""Loading lanes and their queues, as LE tells them."""
