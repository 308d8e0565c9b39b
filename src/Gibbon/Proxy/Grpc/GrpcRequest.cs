using System.Net;
using System.Text;
using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Grpc;

/// <summary>Makes the HTTP client's message from ours, byte for byte where HTTP/2 allows it.</summary>
internal static class GrpcRequest
{
    // The path goes out as it came; without this the client would decode and fold it.
    private static readonly UriCreationOptions Raw = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The message without its body.</summary>
    public static HttpRequestMessage Create(OutgoingRequest request, GrpcTarget target)
    {
        string scheme = target.Tls is null ? "http" : "https";
        var message = new HttpRequestMessage(
            new HttpMethod(Encoding.ASCII.GetString(request.Method)),
            new Uri($"{scheme}://{target.Address}{Escape(request.Target)}", in Raw))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        message.Options.Set(GrpcConnector.ConnectTimeout, target.Timeouts.Connect);
        message.Headers.TryAddWithoutValidation("Host", target.Authority);
        Copy(request.Leading, message);
        if (request.Headers is { } headers) Copy(headers, message, request.Skip);
        return message;
    }

    /// <summary>Fields that describe the body, which the client keeps apart; call it when the body is there.</summary>
    public static void CopyContentFields(HttpRequestMessage message, HttpContent content)
    {
        if (!message.Options.TryGetValue(ContentFields, out List<(string Name, string Value)>? fields)) return;

        foreach ((string name, string value) in fields) content.Headers.TryAddWithoutValidation(name, value);
    }

    private static readonly HttpRequestOptionsKey<List<(string Name, string Value)>> ContentFields = new("gibbon.content-fields");

    private static void Copy(HeaderTable from, HttpRequestMessage to, ulong skip = 0)
    {
        foreach (HeaderField field in from)
        {
            if ((skip >> (int)field.Known & 1) != 0 || !MayPass(field)) continue;

            string name = Encoding.ASCII.GetString(field.Name);
            string value = Encoding.Latin1.GetString(field.Value);
            if (to.Headers.TryAddWithoutValidation(name, value)) continue;

            if (!to.Options.TryGetValue(ContentFields, out List<(string Name, string Value)>? fields))
            {
                to.Options.Set(ContentFields, fields = []);
            }

            fields.Add((name, value));
        }
    }

    // What belongs to a connection of HTTP/1 or stands elsewhere in HTTP/2 (RFC 9113, 8.2.2).
    private static bool MayPass(HeaderField field) => field.Known switch
    {
        KnownHeader.Host or KnownHeader.Connection or KnownHeader.KeepAlive or KnownHeader.ProxyConnection or KnownHeader.Upgrade
            or KnownHeader.TransferEncoding or KnownHeader.ContentLength or KnownHeader.Http2Settings or KnownHeader.Expect => false,
        KnownHeader.TE => Ascii.EqualsIgnoreCase(field.Value, "trailers"u8),
        _ => !field.Name.ContainsAnyExcept(Syntax.Token) && !field.Value.ContainsAny(Syntax.NotInValue),
    };

    // HTTP/2 clients may only send ASCII; HTTP/1 clients of ours may not have cared.
    private static string Escape(ReadOnlySpan<byte> target)
    {
        if (System.Text.Ascii.IsValid(target)) return Encoding.ASCII.GetString(target);

        var escaped = new StringBuilder(target.Length + 32);
        foreach (byte letter in target)
        {
            if (letter < 0x80) escaped.Append((char)letter);
            else escaped.Append('%').Append(letter.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return escaped.ToString();
    }
}
