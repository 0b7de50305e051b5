"""The entry: start it with ``streamlit run app.py``."""

from __future__ import annotations

# Streamlit runs this file for every visitor, as "__main__", and its server imports it once, as
# "app". A process pool that spawns its workers imports it again, and wants neither.
if __name__ == "__main__":
    from ui import shell

    shell.show_app()
elif __name__ == "app":
    import streamlit as st

    from ui.serving import bundle, files, front, life, news

    app = st.App(
        __file__,
        lifespan=life.lifespan,
        routes=[files.route(), news.route()],
        middleware=[front.middleware(), bundle.middleware()],
    )
