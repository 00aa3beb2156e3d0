"""Registers beside the referrals: agreements, assessments by young people, training, diligence."""
