"""Are users' words turned into the metric that an engineer would name first?"""
