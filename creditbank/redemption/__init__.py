"""Redemptions (Annex 2): apply, hold, review, decide, settle or release, issue. The one road by which credits go out.

Nothing is ever redeemed automatically (R-0, 自愿). Two persons of the office stand between an application and its end;
neither is the applicant, her guardian or someone who reported her credits.
"""
