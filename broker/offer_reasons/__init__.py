"""Why me, why not me: what a provider's homes were offered, beside its share, with the reasons."""
