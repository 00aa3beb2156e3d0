"""One forecast by cs-demand-model, run by the Python of its own environment; prints JSON.

`python cs_forecast.py FOLDER DAYS`: FOLDER holds YEAR/episodes.csv and YEAR/header.csv; the model
is fitted to all of it and asked for the young people in residential care DAYS after its last day.
Nothing of the product is imported.
"""

import json
import sys
import time
import warnings

warnings.simplefilter("ignore")


def main() -> None:
    from cs_demand_model import (  # type: ignore[import-not-found]
        Config,
        DemandModellingDataContainer,
        ModelPredictor,
        PopulationStats,
        fs_datastore,
    )

    began = time.perf_counter()
    config = Config()
    data = DemandModellingDataContainer(fs_datastore(sys.argv[1]), config)
    stats = PopulationStats(data.enriched_view, config)
    end = data.end_date
    predictor = ModelPredictor.from_model(stats, data.start_date, end)
    predicted = predictor.predict(int(sys.argv[2])).iloc[-1]
    now = predictor.initial_population

    def residential(population) -> float:  # type: ignore[no-untyped-def]
        return float(sum(n for key, n in population.items() if key and key[-1] == "RESIDENTIAL"))

    answer = {
        "now": residential(now),
        "then": residential(predicted),
        "seconds": time.perf_counter() - began,
        "end": str(end.date()),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
