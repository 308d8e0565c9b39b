using System.Globalization;
using System.Net;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="Request"/> over an exchange: strings are made when they are asked for.</summary>
internal sealed class ExchangeRequest(Exchange exchange) : Request(exchange)
{
    private static readonly Version Http10 = new(1, 0);
    private static readonly Version Http11 = new(1, 1);
    private static readonly Version Http2 = new(2, 0);

    private LastText _host;
    private LastText _query;

    private RequestHead Head => exchange.Downstream.Request;

    public override string Id => exchange.Id;

    protected override string SchemeCore => exchange.IsTls ? "https" : "http";

    protected override string HostCore => _host.Of(exchange.HostBytes);

    protected override int PortCore => exchange.LocalPort;

    protected override string ForwardedSchemeCore => Trusted(KnownHeader.XForwardedProto)?.ToLowerInvariant() ?? SchemeCore;

    protected override string ForwardedHostCore
    {
        get
        {
            if (Trusted(KnownHeader.XForwardedHost) is not { } given)
            {
                return HostCore;
            }

            string host = given[(given.IndexOf('@', StringComparison.Ordinal) + 1)..];
            int colon = host.IndexOf(':', StringComparison.Ordinal);
            return (colon < 0 ? host : host[..colon]).ToLowerInvariant();
        }
    }

    protected override int ForwardedPortCore
    {
        get
        {
            if (TryPort(Trusted(KnownHeader.XForwardedPort), out int port))
            {
                return port;
            }

            string? host = Trusted(KnownHeader.XForwardedHost);
            int colon = host?.LastIndexOf(':') ?? -1;
            return colon >= 0 && TryPort(host![(colon + 1)..], out port) ? port : exchange.HostPort;
        }
    }

    protected override string ForwardedPathCore => Trusted(KnownHeader.XForwardedPath) ?? PathCore;

    protected override string? ForwardedPrefixCore =>
        Trusted(KnownHeader.XForwardedPrefix)
        ?? (exchange.StrippedPrefix.IsEmpty ? null : Encoding.UTF8.GetString(exchange.StrippedPrefix));

    protected override Version? HttpVersionCore => Head.Version switch
    {
        Messages.HttpVersion.Http10 => Http10,
        Messages.HttpVersion.Http2 => Http2,
        _ => Http11,
    };

    protected override string MethodCore => exchange.Call.Method ?? Head.MethodString;

    protected override string PathCore => Encoding.UTF8.GetString(exchange.NormalPath());

    protected override ReadOnlySpan<byte> PathBytesCore => exchange.NormalPath();

    protected override string RawPathCore => Encoding.UTF8.GetString(exchange.RawPathBytes);

    protected override string PathWithQueryCore => Encoding.UTF8.GetString(Head.Target);

    protected override string RawQueryCore => exchange.Call.RawQuery
        ?? (exchange.RawQueryBytes is { Length: > 1 } query ? _query.Of(query[1..]) : "");

    protected override DateTimeOffset StartTimeCore => exchange.StartTime;

    protected override UriCaptures UriCapturesCore => exchange.UriCaptures();

    protected override string? GetHeaderCore(string name) => Head.Headers.GetString(name);

    protected override bool HasHeaderCore(string name) => Head.Headers.FindLoosely(name) >= 0;

    protected override bool TryGetHeaderCore(string name, out ReadOnlySpan<byte> value)
    {
        HeaderTable headers = Head.Headers;
        int index = headers.FindLoosely(name);
        value = index < 0 ? default : headers.Value(index);
        return index >= 0;
    }

    protected override bool TryGetHeaderCore(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        HeaderTable headers = Head.Headers;
        int index = headers.Find(lowerName);
        value = index < 0 ? default : headers.Value(index);
        return index >= 0;
    }

    protected override int CountHeaderCore(ReadOnlySpan<byte> lowerName)
    {
        int count = 0;
        for (int i = Head.Headers.Find(lowerName); i >= 0; i = Head.Headers.Find(lowerName, i + 1))
        {
            count++;
        }

        return count;
    }

    protected override HeaderMap GetHeadersCore(int maxHeaders) => HeaderMaps.From(Head.Headers, maxHeaders);

    protected override ValueTask<Result<ReadOnlyMemory<byte>>> GetRawBodyCore(long? maxAllowedFileSize) =>
        exchange.Body.GetAllAsync(maxAllowedFileSize);

    protected override ValueTask<Result<long>> GetBodyLengthCore() => exchange.Body.GetLengthAsync();

    private string? Trusted(KnownHeader header) => exchange.IsPeerTrusted ? Head.Headers.GetString(header) : null;

    private static bool TryPort(string? text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= IPEndPoint.MaxPort;
}
