"""What can be said between posts: a closed catalogue of typed bodies, their precedence and answer times.

Takes: facts and findings as values. Gives: bodies to sign, bodies read from a peer, and how long an
answer may take. Next: `detente.node` decides when to say what.
"""
