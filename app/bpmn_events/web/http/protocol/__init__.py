"""HTTP/1.1 connections: uvicorn's protocol with limits, deadlines and the rules of RFC 9110 and RFC 9112."""
