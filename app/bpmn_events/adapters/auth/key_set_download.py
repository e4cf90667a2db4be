"""The download of a key set.

This module is apart from the keys because it imports httpx, which takes a tenth of a second: a server without an
identity provider never imports it.
"""

import asyncio
import ssl

import httpx

from bpmn_events.adapters.auth.key_set_document import KeySetUnusable
from bpmn_events.adapters.auth.published_keys import KeySetUnreachable

TIMEOUT_SECONDS = 5.0
MAX_BYTES = 262_144
# Without a compressed response, the size of what arrives is the size of what is read.
_HEADERS = {"Accept": "application/jwk-set+json, application/json", "Accept-Encoding": "identity"}


class KeySetDownload:
    """Downloads a key set. The certificate of an https address is checked with the certificate store of the system."""

    def __init__(self, url: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds
        self._tls = ssl.create_default_context()

    async def __call__(self) -> bytes:
        """Return the document.

        The proxy of the environment variables ``HTTPS_PROXY`` and ``ALL_PROXY`` is used. Redirects are not followed:
        they could lead to plain http, or into the network of this server.

        Raises:
            KeySetUnreachable: The provider cannot be reached, takes more than five seconds for the whole response, or
                responds with another status than 200.
            KeySetUnusable: The document is larger than 262,144 bytes.
        """
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._get()
        except TimeoutError:
            raise KeySetUnreachable(f"the response takes longer than {self._timeout_seconds:g} seconds") from None
        except (httpx.HTTPError, httpx.InvalidURL, ImportError, OSError, ValueError) as error:
            raise KeySetUnreachable(str(error) or type(error).__name__) from None

    async def _get(self) -> bytes:
        client = httpx.AsyncClient(verify=self._tls, timeout=None, follow_redirects=False)
        async with client, client.stream("GET", self._url, headers=_HEADERS) as response:
            if response.status_code != httpx.codes.OK:
                raise KeySetUnreachable(_describe_status(response))
            document = bytearray()
            async for chunk in response.aiter_raw():
                document += chunk
                if len(document) > MAX_BYTES:
                    raise KeySetUnusable(f"it is larger than {MAX_BYTES} bytes")
            return bytes(document)


def _describe_status(response: httpx.Response) -> str:
    hint = ": set the address that it redirects to" if response.is_redirect else ""
    return f"the response has the status {response.status_code}{hint}"
