"""The doors opened for real: store, keys, clocks, feeds, TLS connections and the operator's control socket.

Takes: paths, addresses and settings. Gives: implementations of `detente.ports`. Next: `detente.cli`
chooses among them and starts the `detente.runtime`.
"""
