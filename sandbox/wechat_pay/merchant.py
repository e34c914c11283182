"""Who the merchant is at the simulated WeChat Pay."""

MERCHANT_ID = "1680912345"
MERCHANT_NAME = "东南电化食堂"
CERTIFICATE_SERIAL = "5A3C90E1B27D4F68A1902C7E6B4D8F03915EA7C2"
"""Of the merchant's API certificate: what the product names in Authorization."""
PUBLIC_KEY_ID = "PUB_KEY_ID_0116809123452026112500"
PLATFORM_SERIAL = "7F1D2B6E903A4C58E0B7219D46AF85C3D0127B9E"
"""Of WeChat's first platform certificate."""
