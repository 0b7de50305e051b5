"""What the process of :mod:`jobs.desk` does with a large network; it holds one at a time.

``network`` loads and holds it. What it is asked is a file each: ``passing`` sends a picture
through, layer by layer; ``answering`` names what is on it; ``covering`` hides a patch of it;
``listening`` asks which pixels a unit hangs on. The first argument of each of these functions is
told how far the work is.
"""
