"""The user interface, the only package that imports gradio: one folder a tab; scripts, styles and content in `web`."""
