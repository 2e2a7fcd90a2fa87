"""The demonstration: a bank with invented people and a believable history, made by everybody's own actions.

The same seed and the same day give the same bank. Everything is 示例; it must never be loaded into a bank with real
people, and refuses a database that has accounts already.
"""
