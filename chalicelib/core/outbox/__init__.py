"""The outbox: everything that leaves for a peer is first an entry here, written with the change that caused it.

The entry is the truth about a push; an SQS message only wakes a worker for one business object. The worker drains that
object's entries in order. A schedule wakes the objects whose time has come again, so a lost message, a dead process or a
peer that is down for a day loses nothing.
"""
