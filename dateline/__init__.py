"""The console command: `dateline`, or `python -m dateline`."""
