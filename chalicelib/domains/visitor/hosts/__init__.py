"""The host is found in the plant's register, by phone number or full name, without the register being read out."""
