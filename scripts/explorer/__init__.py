"""The explorer: pages made of the compiled tables. `scripts/site.py` is the command."""
