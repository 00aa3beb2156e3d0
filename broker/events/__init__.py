"""Events out: what happens in a referral's life, told to other systems by webhooks."""
