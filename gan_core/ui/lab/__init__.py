"""The server half of the Lab tab."""
