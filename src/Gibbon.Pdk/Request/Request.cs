namespace Gibbon.Pdk;

/// <summary>
/// The client's request, as it came: what a plugin sets for the service does not show here. Kong's <c>kong.request</c>.
/// Texts are UTF-8; take the span when the exact bytes matter.
/// </summary>
/// <param name="context">The request it is a part of.</param>
public abstract partial class Request(RequestContext context) : RequestModule(context)
{
    const Phase Body = Phase.Rewrite | Phase.Access | Phase.Response | Phase.Error | Phase.AdminApi;

    /// <summary><c>http</c> or <c>https</c>: how the client's connection reached this gateway.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_scheme"), Phases(Phase.Request)]
    public string Scheme
    {
        get
        {
            Require(Phase.Request);
            return SchemeCore;
        }
    }

    /// <summary>The host the client asked for, in lower case and without a port.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_host"), Phases(Phase.Request)]
    public string Host
    {
        get
        {
            Require(Phase.Request);
            return HostCore;
        }
    }

    /// <summary>The port of this gateway that the client's connection reached, 1 to 65535.</summary>
    /// <exception cref="PhaseException">The gateway is still starting.</exception>
    [Kong("kong.request.get_port"), Phases(Phase.AnyButInitWorker)]
    public int Port
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return PortCore;
        }
    }

    /// <summary>
    /// The scheme the client used, in lower case: <c>X-Forwarded-Proto</c> if the peer is trusted, else <see cref="Scheme"/>.
    /// </summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_forwarded_scheme"), Phases(Phase.Request)]
    public string ForwardedScheme
    {
        get
        {
            Require(Phase.Request);
            return ForwardedSchemeCore;
        }
    }

    /// <summary>
    /// The host the client used, in lower case: <c>X-Forwarded-Host</c> without user and port if the peer is trusted, else
    /// <see cref="Host"/>.
    /// </summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_forwarded_host"), Phases(Phase.Request)]
    public string ForwardedHost
    {
        get
        {
            Require(Phase.Request);
            return ForwardedHostCore;
        }
    }

    /// <summary>
    /// The port the client used, 1 to 65535. From a trusted peer <c>X-Forwarded-Port</c>, else the port in <c>X-Forwarded-Host</c>; then
    /// the
    /// port in <c>Host</c>, then <c>port_maps</c> applied to <see cref="Port"/>.
    /// </summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_forwarded_port"), Phases(Phase.Request)]
    public int ForwardedPort
    {
        get
        {
            Require(Phase.Request);
            return ForwardedPortCore;
        }
    }

    /// <summary>The path the client used: <c>X-Forwarded-Path</c> as it is if the peer is trusted, else <see cref="Path"/>.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_forwarded_path"), Phases(Phase.Request)]
    public string ForwardedPath
    {
        get
        {
            Require(Phase.Request);
            return ForwardedPathCore;
        }
    }

    /// <summary>
    /// The part of the path that was taken away on the way here: <c>X-Forwarded-Prefix</c> if the peer is trusted, else what the route
    /// strips; <c>null</c> or empty if nothing.
    /// </summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_forwarded_prefix"), Phases(Phase.Request)]
    public string? ForwardedPrefix
    {
        get
        {
            Require(Phase.Request);
            return ForwardedPrefixCore;
        }
    }

    /// <summary>1.0, 1.1, 2.0 or 3.0; <c>null</c> if the request was too broken to say.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_http_version"), Phases(Phase.Request)]
    public Version? HttpVersion
    {
        get
        {
            Require(Phase.Request);
            return HttpVersionCore;
        }
    }

    /// <summary>The method as sent; registered ones are in upper case, unknown ones as they are.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_method"), Phases(Phase.Request)]
    public string Method
    {
        get
        {
            Require(Phase.Request);
            return MethodCore;
        }
    }

    /// <summary>
    /// The path, normalised: unreserved characters decoded, other escapes in upper case, dot segments resolved, repeated slashes merged.
    /// </summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_path"), Phases(Phase.Request)]
    public string Path
    {
        get
        {
            Require(Phase.Request);
            return PathCore;
        }
    }

    /// <summary><see cref="Path"/> as the bytes that it is kept in, which are UTF-8 if the client's were; valid until the plugin awaits or returns. Allocates nothing.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_path"), Phases(Phase.Request)]
    public ReadOnlySpan<byte> PathBytes
    {
        get
        {
            Require(Phase.Request);
            return PathBytesCore;
        }
    }

    /// <summary>The path exactly as sent, without the query.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_raw_path"), Phases(Phase.Request)]
    public string RawPath
    {
        get
        {
            Require(Phase.Request);
            return RawPathCore;
        }
    }

    /// <summary>The request target exactly as sent: path, <c>?</c> and query.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_path_with_query"), Phases(Phase.Request)]
    public string PathWithQuery
    {
        get
        {
            Require(Phase.Request);
            return PathWithQueryCore;
        }
    }

    /// <summary>
    /// The query without <c>?</c> and not decoded; empty if there is none. The one exception to "as it came": a query set for the service
    /// by an earlier plugin shows.
    /// </summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_raw_query"), Phases(Phase.Request)]
    public string RawQuery
    {
        get
        {
            Require(Phase.Request);
            return RawQueryCore;
        }
    }

    /// <summary>When the request's first byte arrived; whole milliseconds.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_start_time"), Phases(Phase.Request)]
    public DateTimeOffset StartTime
    {
        get
        {
            Require(Phase.Request);
            return StartTimeCore;
        }
    }

    /// <summary>What the groups of the route's regular expression matched.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_uri_captures"), Phases(Phase.Request)]
    public UriCaptures UriCaptures
    {
        get
        {
            Require(Phase.Request);
            return UriCapturesCore;
        }
    }

    /// <summary>The request's id, 32 hexadecimal digits: what <c>X-Kong-Request-Id</c> says.</summary>
    public abstract string Id { get; }

    /// <summary>One argument of the query, decoded; its first occurrence is <see cref="QueryValue.First"/>.</summary>
    /// <param name="name">The argument's name; upper and lower case differ. Only the first 100 arguments are searched.</param>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_query_arg"), Phases(Phase.Request)]
    public QueryValue GetQueryArg(string name)
    {
        Require(Phase.Request);
        ArgumentNullException.ThrowIfNull(name);
        return GetQueryArgCore(name);
    }

    /// <summary>All arguments of the query, decoded.</summary>
    /// <param name="maxArgs">How many at most, 1 to 1000.</param>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    /// <exception cref="KongArgumentException"><paramref name="maxArgs"/> is out of range.</exception>
    [Kong("kong.request.get_query"), Phases(Phase.Request)]
    public QueryMap GetQuery(int maxArgs = Limits.Default)
    {
        Require(Phase.Request);
        Limits.Check(maxArgs, "max_args");
        return GetQueryCore(maxArgs);
    }

    /// <summary>The first occurrence of a header; <c>null</c> if it was not sent.</summary>
    /// <param name="name">The name; case does not matter, nor whether it has <c>-</c> or <c>_</c>.</param>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_header"), Phases(Phase.Request)]
    public string? GetHeader(string name)
    {
        Require(Phase.Request);
        ArgumentNullException.ThrowIfNull(name);
        return GetHeaderCore(name);
    }

    /// <summary>Whether a header was sent; allocates nothing.</summary>
    /// <param name="name">The name; case does not matter, nor whether it has <c>-</c> or <c>_</c>.</param>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_header"), Phases(Phase.Request)]
    public bool HasHeader(string name)
    {
        Require(Phase.Request);
        ArgumentNullException.ThrowIfNull(name);
        return HasHeaderCore(name);
    }

    /// <summary>The first occurrence of a header as it lies in the receive buffer; allocates nothing.</summary>
    /// <param name="lowerName">The name in lower case. Unlike elsewhere, <c>-</c> and <c>_</c> differ.</param>
    /// <param name="value">The value; valid until the plugin awaits or returns.</param>
    /// <returns>Whether the header was sent.</returns>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_header"), Phases(Phase.Request)]
    public bool TryGetHeader(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value)
    {
        Require(Phase.Request);
        return TryGetHeaderCore(lowerName, out value);
    }

    /// <summary>The first occurrence of a header, found as <see cref="GetHeader"/> finds it, as it lies in the receive buffer; allocates nothing.</summary>
    /// <param name="name">The name; case does not matter, nor whether it has <c>-</c> or <c>_</c>.</param>
    /// <param name="value">The value; valid until the plugin awaits or returns.</param>
    /// <returns>Whether the header was sent.</returns>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_header"), Phases(Phase.Request)]
    public bool TryGetHeader(string name, out ReadOnlySpan<byte> value)
    {
        Require(Phase.Request);
        ArgumentNullException.ThrowIfNull(name);
        return TryGetHeaderCore(name, out value);
    }

    /// <summary>How many times a header was sent; allocates nothing.</summary>
    /// <param name="lowerName">The name in lower case. Unlike elsewhere, <c>-</c> and <c>_</c> differ.</param>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.request.get_headers"), Phases(Phase.Request)]
    public int CountHeader(ReadOnlySpan<byte> lowerName)
    {
        Require(Phase.Request);
        return CountHeaderCore(lowerName);
    }

    /// <summary>All headers, with names in lower case.</summary>
    /// <param name="maxHeaders">How many at most, 1 to 1000.</param>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    /// <exception cref="KongArgumentException"><paramref name="maxHeaders"/> is out of range.</exception>
    [Kong("kong.request.get_headers"), Phases(Phase.Request)]
    public HeaderMap GetHeaders(int maxHeaders = Limits.Default)
    {
        Require(Phase.Request);
        Limits.Check(maxHeaders, "max_headers");
        return GetHeadersCore(maxHeaders);
    }

    /// <summary>
    /// The whole body, read if it has not been; empty if there is none. A body that an earlier plugin set for the service is what is
    /// returned.
    /// </summary>
    /// <param name="maxAllowedFileSize">
    /// A body that did not fit into memory (<c>client_body_buffer_size</c>) is in a file, and is refused unless this says how many bytes
    /// may
    /// be read back: 0 is any number, <c>null</c> refuses.
    /// </param>
    /// <returns>The body (valid until the log phase), or Kong's text of why it cannot be had.</returns>
    /// <exception cref="PhaseException">The body cannot be read in this phase.</exception>
    [Kong("kong.request.get_raw_body"), Phases(Body)]
    public ValueTask<Result<ReadOnlyMemory<byte>>> GetRawBodyAsync(long? maxAllowedFileSize = null)
    {
        Require(Body);
        return GetRawBodyCore(maxAllowedFileSize);
    }

    /// <summary>How many bytes the body has; it is read if it has not been, and stays where it is kept, in memory or in a file.</summary>
    /// <returns>The length, 0 if there is no body, or Kong's text of why the body cannot be read.</returns>
    /// <exception cref="PhaseException">The body cannot be read in this phase.</exception>
    [Phases(Body)]
    public ValueTask<Result<long>> GetBodyLengthAsync()
    {
        Require(Body);
        return GetBodyLengthCore();
    }

    /// <summary>The body, decoded by its media type: a form, JSON, or a multipart form.</summary>
    /// <param name="mimeType">The media type to decode it by; <c>null</c> takes it from <c>Content-Type</c>.</param>
    /// <param name="maxArgs">How many arguments of a form at most, 1 to 1000.</param>
    /// <param name="maxAllowedFileSize">As in <see cref="GetRawBodyAsync"/>.</param>
    /// <returns>The decoded body, or Kong's text of why it cannot be had (<c>missing content type</c>, <c>invalid json body</c>
    /// …).</returns>
    /// <exception cref="PhaseException">The body cannot be read in this phase.</exception>
    /// <exception cref="KongArgumentException"><paramref name="maxArgs"/> is out of range.</exception>
    [Kong("kong.request.get_body"), Phases(Body)]
    public ValueTask<DecodedBody> GetBodyAsync(string? mimeType = null, int maxArgs = Limits.Default, long? maxAllowedFileSize = null)
    {
        Require(Body);
        Limits.Check(maxArgs, "max_args");
        return GetBodyCore(mimeType, maxArgs, maxAllowedFileSize);
    }
}
