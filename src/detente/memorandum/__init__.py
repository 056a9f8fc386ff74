"""The signed file of rules that every node executes: read, checked, signed, shown, compared.

Takes: the bytes of a memorandum, its annexes and its signatures. Gives: an `Agreement` in force, or every
problem at once with its cure. Next: `detente.notices` judges by it.
"""
