"""One person, one user: official account and mini program each know them by an openid, the unionid says who is the same."""
