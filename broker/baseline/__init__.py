"""The year before, frozen: prices, moves, distance, stay and repeat episodes, to show change."""
