"""What is read out of the books and given to people: passbook, statements, the export of one's own data.

Records change nothing; they put the lines of a book together with what the parts below know of each line.
"""
