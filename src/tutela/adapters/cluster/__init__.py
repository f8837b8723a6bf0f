"""Work on several machines: extras, of which nothing is imported before it is asked for."""
