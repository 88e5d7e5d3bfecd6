"""Run workers that parse hostile bytes: processes with limits, whose answers are bytes of bounded length."""
