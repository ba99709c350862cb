"""Does the vision service find what is wrong with a picture, and only that?"""
