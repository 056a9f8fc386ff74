"""Incidents: one number, a statement by each side, and nobody to say who is right.

Takes: what the journals say of incidents and alerts. Gives: dossiers, deadlines, proposed matches, statistics, and
bundles that verify offline. Next: `detente.node` files, matches and shows them.
"""
