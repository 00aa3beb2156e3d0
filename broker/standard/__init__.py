"""The Placements Data Standard v2, in and out: referral and actual placement, as JSON and CSV."""
