"""Where containers would reach this machine, if they had a network."""

import ipaddress
from typing import Any


def bridge_address(client: Any) -> str:
    """Return this machine's address on Docker's own bridge, which an engine just started doesn't name."""
    network = client.networks.get("bridge").attrs["IPAM"]["Config"][0]
    return str(network.get("Gateway") or next(ipaddress.ip_network(network["Subnet"]).hosts()))
