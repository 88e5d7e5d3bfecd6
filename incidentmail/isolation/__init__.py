"""Run workers, which are processes with limits, to parse hostile bytes. The length of their answers is bounded."""
