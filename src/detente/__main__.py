"""`python -m detente` is the command `detente`."""

from detente.cli.main import main

main()
