"""Appeals: whoever a measure is on asks that somebody else decides again (Regulation (EU) 2022/2065, Articles 20, 23).

Source: charter P2, P3, P6, P8 and P11.
"""
