"""Does anything that a language model makes up get into an answer?"""
