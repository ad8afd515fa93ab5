"""The server half of the Train tab."""
