"""Fault tests: kill, power cut, full disk, two writers, corrupt files; nothing acknowledged may be lost."""
