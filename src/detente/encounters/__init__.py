"""Live aircraft that come too near: predicted from two reports, and measured between reports.

Takes: position reports and the memorandum's minima; or recorded states and a published parameter set. Gives: `Found`
and `Over` as they happen, measured `Episode`s; alert levels, guidance bands and ways out by DO-365.
Next: `detente.alerts` and `detente.node` put them into words.
"""
