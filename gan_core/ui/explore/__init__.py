"""The server's half of the Explore tab: one class for each thing that a person does there, all around one `Desk`."""
