"""Face photos: uploaded by the browser straight to a private bucket, sent to the gate once, then gone."""
