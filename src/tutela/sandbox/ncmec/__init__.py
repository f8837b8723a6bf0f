"""A stand-in for the authority's report service: real HTTP, its order, its codes, and faults on request.

No report leaves the machine. It knows nothing of the server: its grammar is written apart from our table of elements,
so that one checks the other.
"""
