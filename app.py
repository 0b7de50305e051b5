"""The entry: start it with ``streamlit run app.py``."""

from __future__ import annotations

from ui import shell

# A process pool that spawns its workers imports this file again; only the app itself runs it.
if __name__ == "__main__":
    shell.run()
