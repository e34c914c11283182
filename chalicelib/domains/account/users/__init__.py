"""用户管理: everybody who ever signed in, their status and their staff roles."""
