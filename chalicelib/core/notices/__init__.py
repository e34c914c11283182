"""What users are told through the official account: which notices there are, and how any domain asks for one.

Domains say *that* something happened, with ids only; the channel's worker asks them for the words when it sends, and
leaves through the outbox like every other push.
"""
