"""The part `vault`: what must not be readable in the database, and what the bank signs.

Fields are encrypted with AES-256-GCM and bound to their row; equal values are found by a keyed digest; receipts and
certificates are signed with Ed25519. It must never write a key or a plain value to a log, an error or a file name.
"""
