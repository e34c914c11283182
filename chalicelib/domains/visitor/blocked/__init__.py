"""The block list: phone numbers whose visits are neither accepted nor approved."""
