"""What all pages have in common: who may see one, sessions, forms, errors, menus, styles and scripts.

`middleware` puts the context on each request, `authorisation` says who may see a view, `sessions` keeps sealed sessions
in the books, `assets` serves styles and scripts, `template_tags` are the words of templates.
"""
