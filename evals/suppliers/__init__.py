"""Are suppliers judged rightly, and told early when they get worse?"""
