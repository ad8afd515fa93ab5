"""The server half of the Models and runs tab."""
