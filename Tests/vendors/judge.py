"""What the vendors' clients have in common."""


def must(condition, *found):
    """Ends the test with what was found, unless the condition holds."""
    if not condition:
        raise AssertionError(f"found {found}")


def done(success, result):
    """The value of an exchange, which has to have succeeded: value, outcome, error."""
    *values, outcome, error = result
    must(outcome == success and error == 0, outcome, error)
    return values[0] if values else None


def patient(port):
    """The port, waiting for answers for as long as a busy machine may take to give them."""
    port.setPacketTimeout = lambda length: port.setPacketTimeoutMillis(300)
    return port
