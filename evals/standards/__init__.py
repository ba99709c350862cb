"""Are the rules that hold for a product found, with their days, and whom a change reaches?"""
