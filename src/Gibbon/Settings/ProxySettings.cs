using System.Globalization;

namespace Gibbon.Settings;

/// <summary>What the HTTP server allows its clients. Sizes in bytes; 0 means no limit where nginx says so.</summary>
internal sealed record ProxySettings
{
    /// <summary>Larger request bodies are refused with 413; 0: no limit.</summary>
    public required long ClientMaxBodySize { get; init; }

    /// <summary>The part of a request body that is kept in memory; the rest spills to a file.</summary>
    public required long ClientBodyBufferSize { get; init; }

    public required long ClientHeaderBufferSize { get; init; }

    /// <summary>How many buffers of <see cref="LargeHeaderBufferSize"/> a request head may take (431/414 beyond).</summary>
    public required int LargeHeaderBuffers { get; init; }
    public required long LargeHeaderBufferSize { get; init; }

    public required TimeSpan ClientHeaderTimeout { get; init; }
    public required TimeSpan ClientBodyTimeout { get; init; }
    public required TimeSpan SendTimeout { get; init; }

    /// <summary>How long an idle client connection stays open; zero: closed after each answer.</summary>
    public required TimeSpan KeepaliveTimeout { get; init; }

    /// <summary>Requests per client connection.</summary>
    public required int KeepaliveRequests { get; init; }

    /// <summary>Appended to text types of the gateway's own and of proxied answers (<c>charset</c>); null: <c>off</c>.</summary>
    public required string? Charset { get; init; }

    /// <summary><c>underscores_in_headers</c>: names with an underscore are passed on.</summary>
    public required bool UnderscoresInHeaders { get; init; }

    /// <summary><c>ignore_invalid_headers</c>: names that are no tokens are dropped rather than passed on.</summary>
    public required bool IgnoreInvalidHeaders { get; init; }

    /// <summary>Streams in flight on one HTTP/2 connection.</summary>
    public required int Http2MaxConcurrentStreams { get; init; }

    /// <summary><c>Kong-Debug: 1</c> makes the answer name its route and service.</summary>
    public required bool AllowDebugHeader { get; init; }

    /// <summary><c>X-Kong-Request-Debug</c> may ask for timings.</summary>
    public required bool RequestDebug { get; init; }

    /// <summary>What <c>X-Kong-Request-Debug-Token</c> must say; null: generated at start. Secret.</summary>
    public required string? RequestDebugToken { get; init; }

    public static ProxySettings From(SettingReader read)
    {
        var (buffers, bufferSize) = ReadLargeHeaderBuffers(read);
        return new ProxySettings
        {
            ClientMaxBodySize = read.SizeDirective("client_max_body_size", 1 << 20, "location", "proxy", "http"),
            ClientBodyBufferSize = read.SizeDirective("client_body_buffer_size", 16 << 10, "location", "proxy", "http"),
            ClientHeaderBufferSize = read.SizeDirective("client_header_buffer_size", 1 << 10, "proxy", "http"),
            LargeHeaderBuffers = buffers,
            LargeHeaderBufferSize = bufferSize,
            ClientHeaderTimeout = read.TimeDirective("client_header_timeout", "proxy", "http") ?? TimeSpan.FromSeconds(60),
            ClientBodyTimeout = read.TimeDirective("client_body_timeout", "location", "proxy", "http") ?? TimeSpan.FromSeconds(60),
            SendTimeout = read.TimeDirective("send_timeout", "location", "proxy", "http") ?? TimeSpan.FromSeconds(60),
            KeepaliveTimeout = ReadKeepaliveTimeout(read),
            KeepaliveRequests = read.WholeDirective("keepalive_requests", 1000, "location", "proxy", "http"),
            Charset = read.Directive("charset", "location", "proxy", "http") is { } charset and not "off" ? charset : null,
            UnderscoresInHeaders = read.SwitchDirective("underscores_in_headers", true, "proxy", "http"),
            IgnoreInvalidHeaders = read.SwitchDirective("ignore_invalid_headers", true, "proxy", "http"),
            Http2MaxConcurrentStreams = read.WholeDirective("http2_max_concurrent_streams", 128, "proxy", "http"),
            AllowDebugHeader = read.Flag("allow_debug_header"),
            RequestDebug = read.Flag("request_debug"),
            RequestDebugToken = read.Text("request_debug_token"),
        };
    }

    // nginx takes a second word, which it only tells the client: Keep-Alive: timeout=...
    private static TimeSpan ReadKeepaliveTimeout(SettingReader read)
    {
        var text = read.Directive("keepalive_timeout", "location", "proxy", "http") ?? "75s";
        if (NginxUnits.Time(text.Split(' ')[0]) is { } time)
            return time;
        read.Fail($"keepalive_timeout is not a time: '{text}'");
        return TimeSpan.Zero;
    }

    private static (int Number, long Size) ReadLargeHeaderBuffers(SettingReader read)
    {
        var text = read.Directive("large_client_header_buffers", "proxy", "http") ?? "4 8k";
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, var size]
            && int.TryParse(number, CultureInfo.InvariantCulture, out var buffers) && buffers > 0 && NginxUnits.Size(size) is { } bytes and > 0)
            return (buffers, bytes);
        read.Fail($"large_client_header_buffers must be of form: <number> <size>, got '{text}'");
        return (4, 8 << 10);
    }
}
