using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Streams;

namespace Gibbon.Proxy.AccessLogs;

/// <summary>Variables that say what was asked, by whom, over which connection.</summary>
internal static class RequestVariables
{
    public static IReadOnlyDictionary<string, AccessVariable> All { get; } = new Dictionary<string, AccessVariable>(StringComparer.Ordinal)
    {
        ["remote_addr"] = static (exchange, line) => line.Line.Append(exchange.ClientAddress),
        ["remote_port"] = static (exchange, line) => line.Line.Append(exchange.ClientPort),
        ["realip_remote_addr"] = static (exchange, line) => line.Line.Append(exchange.PeerAddress),
        ["realip_remote_port"] = static (exchange, line) => line.Line.Append(exchange.PeerPort),
        ["remote_user"] = static (exchange, line) => User(exchange, line),
        ["request"] = static (exchange, line) => Text(exchange.Downstream.Request.RequestLine, line),
        ["request_method"] = static (exchange, line) => Text(exchange.Downstream.Request.MethodBytes, line),
        ["request_uri"] = static (exchange, line) => Text(exchange.Downstream.Request.Target, line),
        ["uri"] = static (exchange, line) => Text(exchange.PathBytes.IsEmpty ? exchange.RawPathBytes : exchange.PathBytes, line),
        ["document_uri"] = static (exchange, line) => Text(exchange.PathBytes.IsEmpty ? exchange.RawPathBytes : exchange.PathBytes, line),
        ["args"] = static (exchange, line) => Query(exchange, line),
        ["query_string"] = static (exchange, line) => Query(exchange, line),
        ["is_args"] = static (exchange, line) => line.Line.Append(exchange.RawQueryBytes.Length > 1 ? "?"u8 : ""u8),
        ["request_length"] = static (exchange, line) => line.Line.Append(exchange.Downstream.BytesReceived),
        ["content_length"] = static (exchange, line) => Header(exchange, KnownHeader.ContentLength, line),
        ["content_type"] = static (exchange, line) => Header(exchange, KnownHeader.ContentType, line),
        ["request_id"] = static (exchange, line) => line.Line.Append(exchange.IdBytes),
        ["kong_request_id"] = static (exchange, line) => line.Line.Append(exchange.IdBytes),
        ["host"] = static (exchange, line) => line.Append(exchange.HostBytes.IsEmpty ? "kong"u8 : exchange.HostBytes),
        ["server_name"] = static (_, line) => line.Line.Append("kong"u8),
        ["server_addr"] = static (exchange, line) => Local(exchange, line),
        ["server_port"] = static (exchange, line) => line.Line.Append(exchange.LocalPort),
        ["server_protocol"] = static (exchange, line) => line.Line.Append(Protocol(exchange.Downstream.Request.Version)),
        ["scheme"] = static (exchange, line) => line.Line.Append(exchange.SchemeBytes),
        ["https"] = static (exchange, line) => line.Line.Append(exchange.IsTls ? "on"u8 : ""u8),
        ["connection"] = static (exchange, line) => line.Line.Append(exchange.Downstream.ConnectionId),
        ["connection_requests"] = static (exchange, line) => line.Line.Append(exchange.Downstream.ConnectionRequests),
        ["protocol"] = static (exchange, line) => line.Append((exchange.Downstream as StreamSession)?.TransportName),
        ["bytes_received"] = static (exchange, line) => line.Line.Append(exchange.Downstream.BytesReceived),
        ["session_time"] = static (exchange, line) => line.Line.AppendSeconds(exchange.Times.RequestTime),
        ["pipe"] = static (_, line) => line.Line.Append("."u8),
        ["ssl_protocol"] = static (exchange, line) =>
            line.Append(exchange.Downstream.Tls is { } tls ? TlsNames.Version(tls.Protocol) : null),
        ["ssl_cipher"] = static (exchange, line) => line.Append(exchange.Downstream.Tls is { } tls ? TlsNames.Cipher(tls.CipherSuite) : null),
        ["ssl_server_name"] = static (exchange, line) => line.Append(exchange.Downstream.Tls?.ServerName),
        ["ssl_client_verify"] = static (exchange, line) =>
            line.Append(exchange.IsTls ? ((ExchangeClient)exchange.Client).Verification : null),
        ["ssl_client_s_dn"] = static (exchange, line) => line.Append(exchange.Downstream.Tls?.ClientCertificate?.Subject),
        ["ssl_client_i_dn"] = static (exchange, line) => line.Append(exchange.Downstream.Tls?.ClientCertificate?.Issuer),
        ["ssl_client_serial"] = static (exchange, line) => line.Append(exchange.Downstream.Tls?.ClientCertificate?.SerialNumber),
    };

    private static void Text(ReadOnlySpan<byte> text, AccessLine line)
    {
        if (text.IsEmpty)
        {
            line.AppendAbsent();
        }
        else
        {
            line.Append(text);
        }
    }

    private static void Query(Exchange exchange, AccessLine line) =>
        Text(exchange.RawQueryBytes.Length > 1 ? exchange.RawQueryBytes[1..] : default, line);

    private static void Header(Exchange exchange, KnownHeader header, AccessLine line)
    {
        if (exchange.Downstream.Request.Headers.TryGet(header, out ReadOnlySpan<byte> value))
        {
            line.Append(value);
        }
        else
        {
            line.AppendAbsent();
        }
    }

    private static void Local(Exchange exchange, AccessLine line)
    {
        if (exchange.Downstream.LocalEndPoint is System.Net.IPEndPoint local)
        {
            line.Line.Append(local.Address);
        }
        else
        {
            line.AppendAbsent();
        }
    }

    private static ReadOnlySpan<byte> Protocol(HttpVersion version) => version switch
    {
        HttpVersion.Http10 => "HTTP/1.0"u8,
        HttpVersion.Http2 => "HTTP/2.0"u8,
        _ => "HTTP/1.1"u8,
    };

    // The name in Basic credentials, whether or not anybody has checked them.
    private static void User(Exchange exchange, AccessLine line)
    {
        Span<byte> decoded = stackalloc byte[512];
        if (exchange.Downstream.Request.Headers.TryGet(KnownHeader.Authorization, out ReadOnlySpan<byte> credentials)
            && credentials.Length is > 6 and <= 512
            && Ascii.EqualsIgnoreCase(credentials[..6], "basic "u8)
            && Base64.DecodeFromUtf8(credentials[6..].Trim((byte)' '), decoded, out _, out int length) == OperationStatus.Done)
        {
            int colon = decoded[..length].IndexOf((byte)':');
            Text(colon < 0 ? default : decoded[..colon], line);
            return;
        }

        line.AppendAbsent();
    }
}
