"""The server functions and the layout of the Train tab."""
