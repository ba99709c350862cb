"""The page: files that a browser reads; `apps/http/page.py` serves them."""
