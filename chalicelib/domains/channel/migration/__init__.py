"""账号迁移: the followers of the two old accounts get their new openids, and bring their bindings along."""
