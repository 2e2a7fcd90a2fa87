"""Working days (工作日): what each year's notice makes a holiday or a working day, and terms counted in them.

Pure reckoning over published years, and the years that the office published itself. It must never guess: a deadline
that reaches a year whose notice is not published says that it is provisional. It knows no notice, case or redemption.
"""
