"""What simulated runs of a contract mean: every figure with its interval, over replications."""

from broker.capacity.figures.setting import Assumption, HomeOf, Setting
from broker.capacity.figures.whole import Run, measure

__all__ = ["Assumption", "HomeOf", "Run", "Setting", "measure"]
