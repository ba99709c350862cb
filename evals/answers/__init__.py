"""Is the whole answer right, from the question in a sentence to the last citation?"""
