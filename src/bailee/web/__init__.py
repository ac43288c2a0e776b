"""What is seen over HTTP: the notice and the portal of the public, the console of staff, the API of programs.

`wsgi.application_of` opens a context and serves it. Import `wsgi` alone; the rest needs the books to be open.
"""

CONTEXT = "bailee.context"
"""Under this name a call's environment carries the context, as it is at the time of the call."""
