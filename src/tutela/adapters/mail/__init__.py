"""How mail is handed to a mail server, whatever it says."""
