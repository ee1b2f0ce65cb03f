#!/usr/bin/env python3
"""Opens idle connections to a server and prints what each costs it in resident memory.

    idle.py NAME PID PORT CONNECTIONS echo|http

PID is the server's process: it must have nothing else to do.
"""
import socket
import sys
import time

HOST = "127.0.0.1"
WARM_UP = 64
WARM_UP_MESSAGES = 50
SETTLE_SECONDS_MAX = 20.0


def resident_bytes(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
    except FileNotFoundError:
        pass
    sys.exit(f"the server {pid} has ended")


def settled_bytes(pid):
    """Waits until a second passes in which the size hardly changes: collections are over."""
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    last = resident_bytes(pid)
    while time.monotonic() < deadline:
        time.sleep(1)
        now = resident_bytes(pid)
        if abs(now - last) < 64 * 1024:
            return now
        last = now
    print("the server's memory did not settle", file=sys.stderr)
    return last


def connect(port):
    connection = socket.create_connection((HOST, port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def connect_when_up(pid, port):
    deadline = time.monotonic() + 30
    while True:
        try:
            return connect(port)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                sys.exit(f"nothing listens on port {port}")
            resident_bytes(pid)
            time.sleep(0.05)


def talk(connection, protocol):
    if protocol == "echo":
        message = answer_end = b"x" * 64
    else:
        message = b"GET /plaintext HTTP/1.1\r\nHost: localhost\r\n\r\n"
        answer_end = b"Hello, World!"
    connection.sendall(message)
    received = b""
    while not received.endswith(answer_end):
        part = connection.recv(4096)
        if not part:
            sys.exit("the server closed a connection")
        received += part


def main():
    name, pid, port, count, protocol = sys.argv[1:]
    pid, port, count = int(pid), int(port), int(count)

    # The code paths are compiled, for good too, and the pools filled before the first reading.
    first = connect_when_up(pid, port)
    for connection in [first] + [connect(port) for _ in range(WARM_UP)]:
        for _ in range(WARM_UP_MESSAGES):
            talk(connection, protocol)
        connection.close()

    before = settled_bytes(pid)
    connections = [connect(port) for _ in range(count)]
    opened = settled_bytes(pid)
    for connection in connections:
        talk(connection, protocol)
    talked = settled_bytes(pid)
    print(f"{name}: {count} connections; resident bytes for each: "
          f"{(opened - before) / count:,.0f} open, {(talked - before) / count:,.0f} after one "
          f"message; resident before {before / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
