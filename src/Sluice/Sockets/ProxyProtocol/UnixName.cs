using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;

namespace Sluice.Sockets.ProxyProtocol;

/// <summary>The name of a UNIX socket in a field of fixed size, filled with zeros.</summary>
internal static class UnixName
{
    /// <summary>Reads the name; a client's socket usually has none.</summary>
    /// <returns>False if it can be no name.</returns>
    public static bool TryRead(ReadOnlySpan<byte> field, out EndPoint? endPoint)
    {
        endPoint = null;
        bool isAbstract = field[0] == 0;
        int end = isAbstract ? field.TrimEnd((byte)0).Length : field.IndexOf((byte)0);

        // A path has its zero within the field, and .NET's names are text.
        if (end < 0 || !Utf8.IsValid(field[..end]))
            return false;

        endPoint = end == 0
            ? new UnixDomainSocketEndPoint("/")
                .Create(new SocketAddress(AddressFamily.Unix, sizeof(ushort)))
            : new UnixDomainSocketEndPoint(Encoding.UTF8.GetString(field[..end]));
        return true;
    }
}
