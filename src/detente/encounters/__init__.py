"""Live aircraft that come too near: predicted from two reports, and measured between reports.

Takes: position reports and the memorandum's minima. Gives: `Found` and `Over` as they happen, and measured
`Episode`s. Next: `detente.alerts` and `detente.node` put them into words.
"""
