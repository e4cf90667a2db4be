"""The headers of pages and files that a browser shows."""

# Everything comes from this server, and scripts only from files. GraphiQL sets inline styles, hence unsafe-inline.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
# A page whose form depends on the header Accept.
PAGE_HEADERS = {**SECURITY_HEADERS, "Cache-Control": "no-store", "Vary": "Accept"}
# A file that changes with the server's version: browsers ask whether their copy is the current one.
FILE_HEADERS = {**SECURITY_HEADERS, "Cache-Control": "no-cache"}
