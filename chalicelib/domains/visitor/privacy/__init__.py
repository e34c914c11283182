"""Personal data beyond name and phone: consents, ID numbers, faces, how long they are kept, taking them back."""
