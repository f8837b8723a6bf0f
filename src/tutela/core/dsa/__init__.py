"""The EU Transparency Database: what is sent of each statement of reasons, and what the database takes.

`words` has its words, `fields` its rules as a table, `validator` asks them, `record` makes a record of a statement,
`sheets` writes records as files, `sending` says what an answer of the database means.
Source: Regulation (EU) 2022/2065 Article 24(5); the code of the service.
"""
