"""The workers that read hostile bytes: processes with limits, whose answers are bytes of bounded length."""
