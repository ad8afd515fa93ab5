"""The screen: the only package that imports gradio. One file a tab; live parts in `components`."""
