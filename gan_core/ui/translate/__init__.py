"""The server's half of the Translate tab; `protocol.py` describes its requests and responses.

A translation is named by its `source`, `model`, `direction` and `scale`; `job` names the work on it, so that its
progress can be asked for and that it can be cancelled.
"""
