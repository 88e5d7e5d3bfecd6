"""The workers that read hostile bytes: processes with limits, whose answers are bounded bytes."""
