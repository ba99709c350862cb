"""The metric catalogue: from what users need to what is measured and what moves it, as data.

`loading.load` reads it; README.md says how to add a row or a family.
"""
