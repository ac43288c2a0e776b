"""Rights as requests: taken in, the person identified, planned, approved or refused, answered, closed, forgotten.

`intake` and `identity` lead up to a person who is known to be the one who asks; `planning`, `approval`, `refusing`,
`answering` and `closing` go on from there. Nothing is done for a request whose status is *unverified*. What must read
the systems is done by a worker; what the public is told is the same for everybody.

The modules need the books open: import them after `bailee.requests.startup.open_context`.
"""
