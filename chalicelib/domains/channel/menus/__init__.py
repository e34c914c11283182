"""公众号菜单: the draft as data, what is published in WeChat, and publishing, one administrator at a time."""
