"""The published next-word example: ``steps`` computes every table, ``payload`` puts them into words."""
