"""The official account itself: its access token, its menu, its server callback."""
