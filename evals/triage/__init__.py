"""Does the field watch find what begins, in time, and stay quiet otherwise?"""
