"""The second door to the desk's orders: REST and an event stream, for the console and for integrators.

Takes: the running node, its desk, and the accounts of the home. Gives: an ASGI application and its server, a
typed client, the OpenAPI text and the table of roles. Next: `detente.cli`, which opens it.
"""
