"""What every page stands in: the way in, the frame of the page, marks and dates, who may open which door.

`entrance` puts the context on a request, `doors` says who may see a view, `sessions` keeps sealed sessions in the
books, `assets` serves styles and scripts from the packages that carry them, `tags` are the words of templates,
`reading` takes the text of a letter apart.
"""
