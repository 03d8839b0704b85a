"""What goes over the wire: names, limits, refusals, codecs, tokens. Pure."""
