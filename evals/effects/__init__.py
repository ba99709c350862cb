"""Is a fix judged rightly where the plan said that it would be?"""
