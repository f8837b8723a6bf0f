"""Links on the web: where they lead, asked with care or not at all."""
