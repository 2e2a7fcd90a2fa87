"""The credit bank (学分银行): a real-name bank for students' credits, under a regulation that is data.

Parts stand on floors (docs/architecture.md); a part imports only from the floors below it.
"""
