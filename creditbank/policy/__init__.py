"""The law as data, and the decisions that follow from it.

Every number, condition, reading and word of the regulation stands once in ``law/*.yaml``, dated and with its clause;
the rules in ``rules/`` are small pure functions over facts. :func:`creditbank.policy.decide.decide` answers with a
value that holds every reason. This part loads no Django, asks no clock and reads nothing while it decides.
"""
