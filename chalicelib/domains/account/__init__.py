"""Users, sign-in (WeChat on the phone, QR code in the office) and staff roles."""
