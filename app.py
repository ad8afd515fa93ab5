"""GAN Workbench in the browser: `python app.py` (see `python app.py --help`), `gradio app.py`, or a Hugging Face Space."""

import sys

from gan_core.ui.launch import Options, StartUp, check_installed, load_plugins, make_demo, serve

start_up = StartUp()
options = Options.parse(sys.argv[1:]) if __name__ == "__main__" else Options()
check_installed()
load_plugins(options)
demo = make_demo(options, start_up)

if __name__ == "__main__":
    sys.exit(serve(demo, options, start_up))
