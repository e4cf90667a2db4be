"""How fast the product is, against what the hardware allows. Run by ``make bench``; not part of the distribution."""
