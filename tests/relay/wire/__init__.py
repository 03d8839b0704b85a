"""Black-box conformance of the relay with docs/PROTOCOL.md: a real process, real sockets, nothing imported from it."""
