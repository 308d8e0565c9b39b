using System.Text;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Http1;

/// <summary>Writes response heads to clients, in the order Kong's web server writes them.</summary>
internal static class ResponseHeadWriter
{
    /// <summary>Writes a final head. Framing and connection are the caller's decision; what the table says of them is left out.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="head">Status and fields.</param>
    /// <param name="contentLength">The Content-Length to write, -1 for none.</param>
    /// <param name="chunked">Whether to write <c>Transfer-Encoding: chunked</c>.</param>
    /// <param name="connection">The value of Connection.</param>
    public static void Write(SendBuffer output, ResponseHead head, long contentLength, bool chunked, ReadOnlySpan<byte> connection)
    {
        WriteStatusLine(output, head);
        var headers = head.Headers;
        WriteFirst(output, headers, KnownHeader.Date);
        WriteFirst(output, headers, KnownHeader.ContentType);
        var lengthStandsApart = !head.LengthStandsAmongFields || !headers.Contains(KnownHeader.ContentLength);
        if (contentLength >= 0 && lengthStandsApart) output.AppendField("Content-Length"u8, contentLength);
        if (chunked) output.Append("Transfer-Encoding: chunked\r\n"u8);
        output.AppendField("Connection"u8, connection);
        foreach (var header in headers)
        {
            if (!IsWrittenApart(header, headers, head.Status)) output.AppendField(header.Name, header.Value);
            else if (header.Known == KnownHeader.ContentLength && contentLength >= 0 && !lengthStandsApart && header.Index == headers.Find(KnownHeader.ContentLength))
            {
                output.AppendField("Content-Length"u8, contentLength);
            }
        }

        output.Append("\r\n"u8);
    }

    /// <summary>Writes an interim (1xx) head: the fields as they are.</summary>
    public static void WriteInterim(SendBuffer output, ResponseHead head)
    {
        WriteStatusLine(output, head);
        foreach (var header in head.Headers) output.AppendField(header.Name, header.Value);
        output.Append("\r\n"u8);
    }

    private static void WriteStatusLine(SendBuffer output, ResponseHead head)
    {
        // 494 to 497 are the web server's own, unless a service or a plugin says so; nobody else must see them.
        var status = head.Status is >= 494 and <= 497 && !head.KeepsStatus ? 400 : head.Status;
        output.Append("HTTP/1.1 "u8);
        output.Append([(byte)('0' + (status / 100)), (byte)('0' + (status / 10 % 10)), (byte)('0' + (status % 10)), (byte)' ']);
        output.Append(head.Reason);
        output.Append("\r\n"u8);
    }

    private static void WriteFirst(SendBuffer output, HeaderTable headers, KnownHeader header)
    {
        var index = headers.Find(header);
        if (index >= 0) output.AppendField(headers.Name(index), headers.Value(index));
    }

    private static bool IsWrittenApart(in HeaderField header, HeaderTable headers, int status) => header.Known switch
    {
        KnownHeader.None => false,
        KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.KeepAlive => true,
        KnownHeader.Date or KnownHeader.ContentType => header.Index == headers.Find(header.Known),

        // "Please upgrade" needs a second Connection field beside the server's own.
        KnownHeader.Connection => status != 426 || !Ascii.EqualsIgnoreCase(header.Value, "upgrade"u8),
        _ => false,
    };
}
