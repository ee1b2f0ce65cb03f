using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Sluice.Tool.Load;

/// <summary>
/// Learns from the server, before the load, what its answers are: three of them must be alike.
/// </summary>
internal static class ExchangeProbe
{
    private const int HeaderMax = 16 * 1024;
    private const int PatienceMs = 10_000;
    private const int Repetitions = 3;

    /// <summary>GET, or POST if there is a body.</summary>
    public static Exchange LearnHttp(IPEndPoint server, Uri address, int bodyLength)
    {
        byte[] request = HttpRequest(address, bodyLength);
        using Socket socket = Connect(server);
        byte[] first = ReadResponse(socket, request, "200");
        var answer = ExpectedAnswer.OfHttp(first);
        for (int i = 1; i < Repetitions; i++)
        {
            byte[] next = ReadResponse(socket, request, "200");
            if (next.Length != answer.Length || !answer.Matches(0, next))
                throw new UserErrorException("The server's answers differ from each other.");
        }

        return new Exchange([], ExpectedAnswer.Exactly([]), request, answer);
    }

    /// <summary>A WebSocket, and messages that the server sends back.</summary>
    public static Exchange LearnWebSocket(IPEndPoint server, Uri address, int messageLength)
    {
        byte[] opening = Encoding.ASCII.GetBytes(
            $"GET {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\n"
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: c2x1aWNlLWxvYWQtdGVzdA==\r\n\r\n");
        using Socket socket = Connect(server);
        var opened = ExpectedAnswer.OfHttp(ReadResponse(socket, opening, "101"));
        byte[] payload = Payload(messageLength);
        return new Exchange(
            opening,
            opened,
            [.. FrameHeader(messageLength, isMasked: true), .. MaskAndPayload(payload)],
            ExpectedAnswer.Exactly([.. FrameHeader(messageLength, isMasked: false), .. payload]));
    }

    /// <summary>Bytes that the server sends back.</summary>
    public static Exchange Echo(int messageLength)
    {
        byte[] payload = Payload(messageLength);
        var nothing = ExpectedAnswer.Exactly([]);
        return new Exchange([], nothing, payload, ExpectedAnswer.Exactly(payload));
    }

    /// <summary>Connects and does what each connection does first.</summary>
    public static LoadConnection Open(IPEndPoint server, Exchange exchange)
    {
        Socket socket = Connect(server);
        try
        {
            if (exchange.Opening.Length > 0)
            {
                byte[] opened = ReadResponse(socket, exchange.Opening, "101");
                if (opened.Length != exchange.Opened.Length || !exchange.Opened.Matches(0, opened))
                    throw new UserErrorException("An opening was answered unlike the first one.");
            }

            return new LoadConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Connect(IPEndPoint server)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = PatienceMs,
            SendTimeout = PatienceMs,
        };
        try
        {
            socket.Connect(server);
            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new UserErrorException(
                $"There is no connection to {server}: {failure.Message}.", failure);
        }
    }

    private static byte[] HttpRequest(Uri address, int bodyLength)
    {
        string head = $"Host: {address.Authority}\r\n";
        if (bodyLength == 0)
            return Encoding.ASCII.GetBytes($"GET {address.PathAndQuery} HTTP/1.1\r\n{head}\r\n");

        string length = bodyLength.ToString(CultureInfo.InvariantCulture);
        return
        [
            .. Encoding.ASCII.GetBytes(
                $"POST {address.PathAndQuery} HTTP/1.1\r\n{head}Content-Length: {length}\r\n\r\n"),
            .. Payload(bodyLength),
        ];
    }

    // The header, then as many bytes as it says.
    private static byte[] ReadResponse(Socket socket, byte[] request, string status)
    {
        SendAll(socket, request);
        var response = new List<byte>();
        byte[] one = new byte[1];
        while (response.Count < 4 || !EndsWithEmptyLine(response))
        {
            if (response.Count == HeaderMax)
                throw new UserErrorException("The server's answer is not HTTP.");
            ReceiveExactly(socket, one);
            response.Add(one[0]);
        }

        string header = Encoding.ASCII.GetString([.. response]);
        if (!header.StartsWith($"HTTP/1.1 {status} ", StringComparison.Ordinal))
        {
            throw new UserErrorException(
                $"The server answered \"{header[..header.IndexOf('\r')]}\".");
        }

        byte[] body = new byte[BodyLength(header, status)];
        ReceiveExactly(socket, body);
        return [.. response, .. body];
    }

    private static int BodyLength(string header, string status)
    {
        const string Name = "\r\nContent-Length:";
        if (status == "101")
            return 0;
        int start = header.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (start < 0)
            throw new UserErrorException("The server's answer has no Content-Length.");

        start += Name.Length;
        ReadOnlySpan<char> value = header.AsSpan(start, header.IndexOf('\r', start) - start);
        return int.TryParse(value, NumberStyles.AllowLeadingWhite, null, out int length)
            ? length
            : throw new UserErrorException("The server's answer is not HTTP.");
    }

    private static bool EndsWithEmptyLine(List<byte> bytes) =>
        bytes[^4] == '\r' && bytes[^3] == '\n' && bytes[^2] == '\r' && bytes[^1] == '\n';

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[socket.Send(bytes)..];
    }

    private static void ReceiveExactly(Socket socket, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int count;
            try
            {
                count = socket.Receive(bytes);
            }
            catch (SocketException failure)
            {
                throw new UserErrorException(
                    $"The server did not answer: {failure.Message}.", failure);
            }

            if (count == 0)
                throw new UserErrorException("The server closed a connection.");
            bytes = bytes[count..];
        }
    }

    // Not to be compressed or guessed by anybody on the way, and the same in every run.
    private static byte[] Payload(int length)
    {
        byte[] payload = new byte[length];
        byte[] block = SHA256.HashData(BitConverter.GetBytes(length));
        for (int start = 0; start < length; start += block.Length)
        {
            block.AsSpan(0, Math.Min(block.Length, length - start)).CopyTo(payload.AsSpan(start));
            block = SHA256.HashData(block);
        }

        return payload;
    }

    private static byte[] FrameHeader(int length, bool isMasked)
    {
        const byte FinalBinary = 0x82;
        const byte LengthIsNextTwo = 126;
        byte mask = isMasked ? (byte)0x80 : (byte)0;
        return length < LengthIsNextTwo
            ? [FinalBinary, (byte)(mask | length)]
            : [FinalBinary, (byte)(mask | LengthIsNextTwo), (byte)(length >> 8), (byte)length];
    }

    private static byte[] MaskAndPayload(byte[] payload)
    {
        byte[] mask = [0x37, 0xFA, 0x21, 0x3D];
        byte[] masked = new byte[payload.Length];
        for (int i = 0; i < payload.Length; i++)
            masked[i] = (byte)(payload[i] ^ mask[i % mask.Length]);
        return [.. mask, .. masked];
    }
}
