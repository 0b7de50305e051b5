"""The whole network, drawn and zoomed in the browser."""
