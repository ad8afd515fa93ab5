"""The server's half of the Translate tab.

Every server function takes one object from the browser and answers with one. A *wish* in it names a `source`, a `model`,
a `direction` and a `scale`; `job` names the work, so that its progress can be asked for and that it can be cancelled.
"""
