"""The API ``/api/v1``: OpenAPI 3.1, one error shape, the same actions as the pages. It holds no rules of its own.

Who calls is a person with a session, or an institution's own system with a key in its scopes. Nothing personal stands
in an address.
"""
