namespace Sluice.Sockets.ProxyProtocol;

/// <summary>Why bytes are no header.</summary>
internal enum ProxyHeaderError
{
    None,
    NoSignature,
    LineTooLong,
    BadLine,
    BadAddress,
    BadPort,
    BadVersion,
    BadCommand,
    BadFamily,
    TooLong,
    TooShort,
    BadTlv,
    TooManyTlvs,
    BadChecksum,
}
