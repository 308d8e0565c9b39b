using System.Globalization;
using System.Net;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Routing;
using Gibbon.Routing.Paths;

namespace Gibbon.Admin.Explaining;

/// <summary>A request that nobody has sent: what <c>POST /explain</c> is asked about.</summary>
internal sealed record ExplainedRequest
{
    public string Method { get; init; } = "GET";

    public bool IsTls { get; init; }

    /// <summary>As it would stand in the Host header; empty when there is none.</summary>
    public string Host { get; init; } = "";

    /// <summary>The path and the query as they would be sent.</summary>
    public string Target { get; init; } = "/";

    public int? Port { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public string Sni { get; init; } = "";

    public IPAddress ClientAddress { get; init; } = IPAddress.Loopback;

    public int ClientPort { get; init; }

    /// <summary>The address that it comes in at.</summary>
    public IPAddress LocalAddress { get; init; } = IPAddress.Loopback;

    /// <summary>The id or the username of the consumer that it will turn out to be of.</summary>
    public string? Consumer { get; init; }

    /// <summary>The normalised path.</summary>
    public byte[] Path
    {
        get
        {
            byte[] target = Encoding.UTF8.GetBytes(Target);
            return UriNormalizer.Normalize(RequestPath.Of(target), new byte[target.Length]).ToArray();
        }
    }

    public string Query => Target.IndexOf('?', StringComparison.Ordinal) is >= 0 and var question ? Target[(question + 1)..] : "";

    public string? Header(string name) => Headers.Where(header => string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)).Select(static header => header.Value) is var values
        && values.Any() ? string.Join(", ", values) : null;

    /// <summary>Reads what was asked: a curl line, or its parts.</summary>
    /// <returns>The request, or what is wrong with it.</returns>
    public static (ExplainedRequest? Request, string? Fault) Read(ValueMap body)
    {
        ExplainedRequest request = new();
        if (body.Get("curl") is { } line)
        {
            (ExplainedRequest? parsed, string? fault) = line is string text ? CurlLine.Read(text) : (null, "curl: expected a string");
            if (parsed is null)
            {
                return (null, fault);
            }

            request = parsed;
        }

        foreach ((string name, object? value) in body)
        {
            if (name == "curl" || value is null)
            {
                continue;
            }

            (ExplainedRequest? next, string? fault) = request.With(name, value);
            if (next is null)
            {
                return (null, $"{name}: {fault}");
            }

            request = next;
        }

        return request.Target.StartsWith('/') ? (request, null) : (null, "path: should start with: /");
    }

    /// <summary>The request with the address of a URL.</summary>
    public (ExplainedRequest? Request, string? Fault) WithUrl(string text)
    {
        string whole = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        int start = whole.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = whole.AsSpan(start).IndexOfAny('/', '?', '#');
        string authority = end < 0 ? whole[start..] : whole.Substring(start, end);
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        if (!Uri.TryCreate(whole, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https") || authority.Length == 0)
        {
            return (null, "expected a URL of http or https");
        }

        // As written: what a client does not change must not be changed here.
        string target = end < 0 ? "/" : whole[(start + end)..].Split('#')[0];
        bool isTls = url.Scheme == "https";
        return (this with
        {
            IsTls = isTls,
            Host = authority,
            Sni = isTls && url.HostNameType == UriHostNameType.Dns ? url.IdnHost : "",
            Port = url.Port,
            Target = target.StartsWith('/') ? target : "/" + target,
        }, null);
    }

    private (ExplainedRequest? Request, string? Fault) With(string name, object value) => (name, value) switch
    {
        ("method", string { Length: > 0 } text) => (this with { Method = text }, null),
        ("url", string text) => WithUrl(text),
        ("host", string text) => (this with { Host = text }, null),
        ("path", string text) => (this with { Target = text }, null),
        ("scheme", "http" or "https") => (this with { IsTls = value is "https" }, null),
        ("scheme", _) => (null, "expected one of: http, https"),
        ("port", long and >= 0 and <= 65535) => (this with { Port = (int)(long)value }, null),
        ("sni", string text) => (this with { Sni = text }, null),
        ("client_ip", string text) => IPAddress.TryParse(text, out IPAddress? address) ? (this with { ClientAddress = address }, null) : (null, "expected an IP address"),
        ("consumer", string text) => (this with { Consumer = text }, null),
        ("headers", ValueMap map) => WithHeaders(map),
        ("method" or "url" or "host" or "path" or "sni" or "client_ip" or "consumer", _) => (null, "expected a string"),
        ("port", _) => (null, "expected a number from 0 to 65535"),
        ("headers", _) => (null, "expected a map of texts or of lists of them"),
        _ => (null, "unknown field"),
    };

    private (ExplainedRequest? Request, string? Fault) WithHeaders(ValueMap map)
    {
        List<(string, string)> headers = [.. Headers];
        foreach ((string name, object? value) in map)
        {
            foreach (object? one in value as ValueList ?? [value])
            {
                if (one is not (string or long or double or bool))
                {
                    return (null, "expected a map of texts or of lists of them");
                }

                headers.Add((name, one as string ?? Convert.ToString(one, CultureInfo.InvariantCulture)!));
            }
        }

        string? host = headers.Where(static header => string.Equals(header.Item1, "host", StringComparison.OrdinalIgnoreCase)).Select(static header => header.Item2).FirstOrDefault();
        headers.RemoveAll(static header => string.Equals(header.Item1, "host", StringComparison.OrdinalIgnoreCase));
        return (this with { Headers = headers, Host = host ?? Host }, null);
    }
}
