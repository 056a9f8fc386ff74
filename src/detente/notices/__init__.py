"""Notices: where a party will be and when, judged against the memorandum before anything leaves.

Takes: a notice drawn or received, the memorandum, the time. Gives: admission with its stamp, refusals with
reasons, read-backs, and the private check that the own plan lies inside. Next: `detente.conflicts`.
"""
