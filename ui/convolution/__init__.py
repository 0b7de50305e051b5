"""What the lesson on convolution needs beside the stage."""
