"""The web pages: public, student, institution and office; each package holds views, forms and its URL list.

A portal shows and asks. It holds no rule: it calls the same actions as the API and the command line, and it never
writes to a model itself. What all pages share lies beside the packages: navigation, labels, charts, listing, export,
failures. How pages are made is told in docs/portals.md.
"""
