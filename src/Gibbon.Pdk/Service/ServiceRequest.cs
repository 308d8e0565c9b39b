using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>The request to the service: it starts as a copy of the client's and changes here. Kong's <c>kong.service.request</c>.</summary>
/// <param name="context">The request it is a part of.</param>
public abstract partial class ServiceRequest(RequestContext context) : RequestModule(context)
{
    const Phase Early = Phase.Rewrite | Phase.Access;
    const Phase UntilBalancer = Early | Phase.Balancer;
    const Phase Tls = Phase.Preread | Phase.Balancer;

    /// <summary>
    /// The path that the service is asked for, as it stands: the service's, the route's rules and plugins applied; without the query, escaped.
    /// </summary>
    /// <exception cref="PhaseException">No route is known yet.</exception>
    [Phases(Phase.Access | Phase.HeaderFilter | Phase.BodyFilter | Phase.Log)]
    public string Path
    {
        get
        {
            Require(Phase.Access | Phase.HeaderFilter | Phase.BodyFilter | Phase.Log);
            return PathCore;
        }
    }

    /// <summary>
    /// The path made of the service's path and what the route leaves of the request's (<c>strip_path</c>), without the query, escaped: what an
    /// HTTP service is asked for unless <see cref="SetPath"/> says otherwise. A gRPC service is asked for the client's own path instead. Lua's
    /// <c>ngx.var.upstream_uri</c>.
    /// </summary>
    /// <exception cref="PhaseException">No route is known yet.</exception>
    [Phases(Phase.Access)]
    public string RoutedPath
    {
        get
        {
            Require(Phase.Access);
            return RoutedPathCore;
        }
    }

    /// <summary>
    /// Has the whole response of the service read into memory before anything is sent, so that <see cref="ServiceResponse.GetRawBody"/>
    /// works.
    /// Ignored, with a notice, for requests that upgrade their connection.
    /// </summary>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.request.enable_buffering"), Phases(UntilBalancer)]
    public void EnableBuffering()
    {
        Require(UntilBalancer);
        EnableBufferingCore();
    }

    /// <summary>Sets the protocol of the connection to the service.</summary>
    /// <param name="scheme"><c>http</c> or <c>https</c>.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException"><c>invalid scheme: …</c>.</exception>
    [Kong("kong.service.request.set_scheme"), Phases(UntilBalancer)]
    public void SetScheme(string scheme)
    {
        Require(UntilBalancer);
        if (scheme is not ("http" or "https"))
            throw new KongArgumentException($"invalid scheme: {scheme}", nameof(scheme));

        SetSchemeCore(scheme);
    }

    /// <summary>Sets the path; the query stays.</summary>
    /// <param name="path">
    /// Starts with <c>/</c>. What may not stand in a path is escaped; escapes that are there stay. It is not put together with the
    /// service's path.
    /// </param>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException"><c>path must start with /</c>.</exception>
    [Kong("kong.service.request.set_path"), Phases(UntilBalancer)]
    public void SetPath(string path)
    {
        Require(UntilBalancer);
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/'))
            throw new KongArgumentException("path must start with /", nameof(path));

        SetPathCore(PercentEncoding.EscapePath(path));
    }

    /// <summary>
    /// Sets the path of a call to a gRPC service, which names the method; else it is the client's, whatever <see cref="SetPath"/> says. Without
    /// a meaning for other services.
    /// </summary>
    /// <param name="path">Starts with <c>/</c>: <c>/package.Service/Method</c>. What may not stand in a path is escaped.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException"><c>path must start with /</c>.</exception>
    [Phases(UntilBalancer)]
    public void SetGrpcPath(string path)
    {
        Require(UntilBalancer);
        ArgumentNullException.ThrowIfNull(path);
        if (!path.StartsWith('/'))
            throw new KongArgumentException("path must start with /", nameof(path));

        SetGrpcPathCore(PercentEncoding.EscapePath(path));
    }

    /// <summary>Sets the query.</summary>
    /// <param name="query">The query as it is sent, without <c>?</c>; empty for none.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.request.set_raw_query"), Phases(Early)]
    public void SetRawQuery(string query)
    {
        Require(Early);
        ArgumentNullException.ThrowIfNull(query);
        SetRawQueryCore(query);
    }

    /// <summary>Sets the query. Arguments are sent in the order of their encoded text.</summary>
    /// <param name="args">The arguments, not encoded.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.request.set_query"), Phases(Early)]
    public void SetQuery(QueryMap args)
    {
        Require(Early);
        ArgumentNullException.ThrowIfNull(args);
        SetRawQueryCore(QueryString.Write(args));
    }

    /// <summary>
    /// Takes every occurrence of an argument out of the query. The others keep their order and encoding, except that <c>+</c> becomes
    /// <c>%20</c>.
    /// </summary>
    /// <param name="name">The argument's name, not encoded.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.request.clear_query_arg"), Phases(Early)]
    public void ClearQueryArg(string name)
    {
        Require(Early);
        ArgumentNullException.ThrowIfNull(name);
        SetRawQueryCore(QueryString.Without(RawQueryCore, name));
    }

    /// <summary>Sets the method.</summary>
    /// <param name="method">One of GET HEAD PUT POST DELETE OPTIONS MKCOL COPY MOVE PROPFIND PROPPATCH LOCK UNLOCK PATCH TRACE, in upper
    /// case.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException"><c>invalid method: …</c>.</exception>
    [Kong("kong.service.request.set_method"), Phases(Early)]
    public void SetMethod(string method)
    {
        Require(Early);
        if (method is not ("GET" or "HEAD" or "PUT" or "POST" or "DELETE" or "OPTIONS" or "MKCOL" or "COPY" or "MOVE"
            or "PROPFIND" or "PROPPATCH" or "LOCK" or "UNLOCK" or "PATCH" or "TRACE"))
            throw new KongArgumentException($"invalid method: {method}", nameof(method));

        SetMethodCore(method);
    }

    /// <summary>
    /// Sets a header, in place of every occurrence there is. <c>Host</c> also replaces what the gateway would have chosen. Headers that
    /// belong to
    /// the connection or to the gateway (<c>Connection</c>, <c>X-Forwarded-*</c>, <c>X-Real-IP</c>, <c>Via</c> …) are written over later.
    /// </summary>
    /// <param name="name">The name, sent as written.</param>
    /// <param name="value">The value; an empty text is sent as one space.</param>
    /// <returns>A failure only for <c>:authority</c> when the service does not speak gRPC.</returns>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException">There is no value, or a part of it is <c>null</c>.</exception>
    [Kong("kong.service.request.set_header"), Phases(UntilBalancer)]
    public Result SetHeader(string name, HeaderValue value)
    {
        Require(UntilBalancer);
        return SetHeaderCore(name, HeaderRules.Check(name, value));
    }

    /// <summary>Adds an occurrence of a header to those there are.</summary>
    /// <param name="name">The name, sent as written.</param>
    /// <param name="value">The value; an empty text is sent as one space.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException">There is no value, or a part of it is <c>null</c>.</exception>
    [Kong("kong.service.request.add_header"), Phases(Early)]
    public void AddHeader(string name, HeaderValue value)
    {
        Require(Early);
        AddHeaderCore(name, HeaderRules.Check(name, value));
    }

    /// <summary>Takes every occurrence of a header out.</summary>
    /// <param name="name">The name; case does not matter.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.request.clear_header"), Phases(Early)]
    public void ClearHeader(string name)
    {
        Require(Early);
        ArgumentNullException.ThrowIfNull(name);
        ClearHeaderCore(name);
    }

    /// <summary>Sets several headers as <see cref="SetHeader"/> does; none of them if one is wrong.</summary>
    /// <param name="headers">The headers.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException">A header has no value.</exception>
    [Kong("kong.service.request.set_headers"), Phases(Early)]
    public void SetHeaders(HeaderMap headers)
    {
        Require(Early);
        ArgumentNullException.ThrowIfNull(headers);
        HeaderRules.Check(headers);
        foreach (var (name, value) in headers)
            SetHeaderCore(name, HeaderRules.Check(name, value));
    }

    /// <summary>Replaces the body; <c>Content-Length</c> follows. What is left of the client's body is read and dropped.</summary>
    /// <param name="body">The bytes, which must stay unchanged until they have been sent.</param>
    /// <exception cref="PhaseException">Too late.</exception>
    [Kong("kong.service.request.set_raw_body"), Phases(UntilBalancer)]
    public ValueTask SetRawBodyAsync(ReadOnlyMemory<byte> body)
    {
        Require(UntilBalancer);
        return SetRawBodyCore(body);
    }

    /// <summary>Replaces the body by data that is encoded here, and sets <c>Content-Type</c> and <c>Content-Length</c>.</summary>
    /// <param name="args">The data: for a form or a multipart form texts, numbers, truth values and (form only) lists of them.</param>
    /// <param name="mimeType">
    /// <c>application/x-www-form-urlencoded</c>, <c>application/json</c> or <c>multipart/form-data</c>, with parameters;
    /// <c>null</c> takes the type from the request's <c>Content-Type</c>.
    /// </param>
    /// <returns>A failure if no type was given and the request has none.</returns>
    /// <exception cref="PhaseException">Too late.</exception>
    /// <exception cref="KongArgumentException"><c>unsupported content type …</c>, or a value the type cannot express.</exception>
    [Kong("kong.service.request.set_body"), Phases(Early)]
    public ValueTask<Result> SetBodyAsync(ValueMap args, string? mimeType = null)
    {
        Require(Early);
        ArgumentNullException.ThrowIfNull(args);
        mimeType ??= Context.Request.GetHeader("content-type");
        return mimeType is null
            ? ValueTask.FromResult(Result.Failure("content type was neither explicitly given as an argument or received as a header"))
            : SetBodyCore(BodyEncoder.Encode(args, mimeType));
    }

    /// <summary>Connects to the service with TLS.</summary>
    /// <returns>A failure if this connection cannot be told.</returns>
    /// <exception cref="PhaseException">Neither <c>preread</c> nor <c>balancer</c>.</exception>
    [Kong("kong.service.request.enable_tls"), Phases(Tls)]
    public Result EnableTls()
    {
        Require(Tls);
        return SetTlsCore(true);
    }

    /// <summary>Connects to the service without TLS.</summary>
    /// <returns>A failure if this connection cannot be told.</returns>
    /// <exception cref="PhaseException">Neither <c>preread</c> nor <c>balancer</c>.</exception>
    [Kong("kong.service.request.disable_tls"), Phases(Tls)]
    public Result DisableTls()
    {
        Require(Tls);
        return SetTlsCore(false);
    }
}
