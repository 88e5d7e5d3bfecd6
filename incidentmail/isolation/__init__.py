"""Run workers that parse hostile bytes. Workers are processes with limits; their answers have a bounded length."""
