"""What screens read: lists and figures out of the books, in few queries, a page at a time. Nothing here acts.

Loaded after `open_context`: it needs the books' models.
"""
