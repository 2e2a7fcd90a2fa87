"""The part `people`: persons and logins, students and guardians, identity, consent, account opening, rights to see.

It must never show or log the number of an identity document outside `rights.reveal_personal_data`, never guess who
somebody is, and never move a credit.
"""
