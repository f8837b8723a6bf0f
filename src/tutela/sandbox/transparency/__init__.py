"""A stand-in for the EU Transparency Database, to try sending against and to build clients by.

`database` keeps records and says what is wrong with one, `control` rules it, `server` speaks HTTP.
"""
