"""V7: approved visits are told to the park committee's platform, which accepts or rejects them."""
