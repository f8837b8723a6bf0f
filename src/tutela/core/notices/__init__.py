"""Notices: what people from outside tell us, what may be done at once, and what they are answered.

A notice is never lost, and nothing that is missing in it stops it. Who tells decides how far a machine may go before a
person looks (`provisional`), how soon somebody looks (`weights`), and how many people it takes to say no
(`branches.is_claim`). What was done is told to whoever asked, about the item alone (`outcomes`).
"""
