"""操作记录: the audit log, as administrators read it."""
