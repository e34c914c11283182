"""The security platform (iSecure Center behind its Artemis gateway) and the gates it drives."""
