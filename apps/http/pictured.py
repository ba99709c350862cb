"""Headers of what is not JSON: pages and pictures that may be opened by themselves."""

PAGE_RULES = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    " frame-ancestors 'self'; sandbox",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
}
"""A page of a report: its own style, no script, nothing from elsewhere."""
PICTURE_RULES = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cache-Control": "private, max-age=300",
}
"""A picture of evidence, which never changes; who may see it may."""
