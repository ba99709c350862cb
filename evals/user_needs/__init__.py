"""Are users' words read right?"""
