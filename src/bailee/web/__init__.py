"""What is seen over HTTP: the API of programs; later the notice, the portal and the console.

`wsgi.application_of` opens a context and serves it. Every call goes through `door` first: who calls, how often, how
large, and what leaves. Import `wsgi` alone; the rest needs the books to be open.
"""
