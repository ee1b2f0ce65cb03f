namespace Sluice.Sockets.ProxyProtocol;

/// <summary>The types of TLVs that the protocol names. Others are kept as they come.</summary>
#pragma warning disable CA1028 // A byte on the wire.
public enum ProxyTlvType : byte
#pragma warning restore CA1028
{
    /// <summary>No type.</summary>
    None = 0,

    /// <summary>The protocol that was negotiated by ALPN.</summary>
    Alpn = 0x01,

    /// <summary>The host name that the client asked for (SNI), as UTF-8.</summary>
    Authority = 0x02,

    /// <summary>The CRC32c of the header. It has been verified.</summary>
    Crc32c = 0x03,

    /// <summary>Padding.</summary>
    NoOperation = 0x04,

    /// <summary>An identifier of the connection, made by the first proxy.</summary>
    UniqueId = 0x05,

    /// <summary>What is known of the client's TLS; TLVs are inside of it.</summary>
    Tls = 0x20,

    /// <summary>The name of the network namespace.</summary>
    NetworkNamespace = 0x30,
}
