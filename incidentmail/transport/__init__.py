"""Sockets only. Handed callables; knows neither ledger nor incidents."""
