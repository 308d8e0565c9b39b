using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Upstreams;

/// <summary>Writes request heads to upstreams from their parts, never from the client's bytes as a whole.</summary>
internal static class RequestHeadWriter
{
    public static void Write(SendBuffer output, OutgoingRequest request)
    {
        output.Append(request.Method);
        output.Append(" "u8);
        output.Append(request.Target);
        output.Append(" HTTP/1.1\r\n"u8);
        foreach (var header in request.Leading)
        {
            if (header.Known is not (KnownHeader.ContentLength or KnownHeader.TransferEncoding)) output.AppendField(header.Name, header.Value);
        }

        if (request.Framing == MessageFraming.ContentLength) output.AppendField("Content-Length"u8, request.ContentLength);
        else if (request.Framing == MessageFraming.Chunked) output.Append("Transfer-Encoding: chunked\r\n"u8);
        if (request.Headers is not null) WriteClientFields(output, request);

        output.Append("\r\n"u8);
    }

    private static void WriteClientFields(SendBuffer output, OutgoingRequest request)
    {
        foreach (var header in request.Headers!)
        {
            if ((request.Skip >> (int)header.Known & 1) != 0) continue;

            switch (header.Known)
            {
                case KnownHeader.ContentLength:
                case KnownHeader.TransferEncoding:
                case KnownHeader.Connection:
                case KnownHeader.KeepAlive:
                case KnownHeader.ProxyConnection:
                case KnownHeader.Host when request.Leading.Contains(KnownHeader.Host):
                    continue;
                default:
                    output.AppendField(header.Name, header.Value);
                    continue;
            }
        }
    }
}
