"""Commands for people and scripts; the only place that chooses adapters.

Takes: what was typed. Gives: text, tables, `--json`, and exit codes (0 good, 1 findings or damage, 2 our own
settings or usage). Next: read the result.
"""
