"""Layers of geodata: the catalog that describes them and the recipes that rebuild them."""
