"""Makes a certificate authority and a certificate for loopback in the folder it is given."""

import datetime
import ipaddress
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

FOLDER = pathlib.Path(sys.argv[1])
NOW = datetime.datetime.now(datetime.timezone.utc)


def certificate(name, key, issuer, issuer_key, *extensions):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(days=1))
        .not_valid_after(NOW + datetime.timedelta(days=30))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def write(file, content):
    (FOLDER / file).write_bytes(content)


PEM = serialization.Encoding.PEM
authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
authority = certificate(
    name("Authority of the tests"),
    authority_key,
    name("Authority of the tests"),
    authority_key,
    (x509.BasicConstraints(ca=True, path_length=0), True),
    (x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), False),
)
server = certificate(
    name("A server of the tests"),
    server_key,
    authority.subject,
    authority_key,
    (
        x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        ),
        False,
    ),
    (x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), False),
)
write("authority.pem", authority.public_bytes(PEM))
write("server.pem", server.public_bytes(PEM))
write(
    "server.key",
    server_key.private_bytes(
        PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ),
)
