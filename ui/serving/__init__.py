"""What the server gives besides Streamlit's pages, and what it does when it starts and ends."""
