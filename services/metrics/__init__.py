"""The metric catalogue: from what users need to what is measured and what moves it, as data."""
