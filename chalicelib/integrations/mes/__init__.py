"""The tank farm's manufacturing execution system (MES): what is in the tanks, read only."""
