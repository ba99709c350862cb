"""Are requirements read right: their limits, and what kind they are?"""
