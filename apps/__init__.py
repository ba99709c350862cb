"""The faces, and the wiring behind them."""
