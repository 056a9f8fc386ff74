"""The plan of frequencies as something computed: who can hear whom, how far, and what disturbs it.

Takes: a memorandum's channels, sectors, classes, stations and relays; radio checks and changes said on the line.
Gives: findings of the numbered checks, the plan in force at a moment, what to call at a place, and a proposed plan.
Next: `detente.node` keeps what was said of radios; `detente.cli` shows it.
"""
