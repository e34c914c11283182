"""The plant's logistics system (LE): orders, cards, lanes, the queue, weights; told of archives and registrations."""
