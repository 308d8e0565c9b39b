namespace Gibbon.Pdk;

/// <summary>The response of the service, before plugins and gateway changed it. Kong's <c>kong.service.response</c>.</summary>
/// <param name="context">The request it is a part of.</param>
public abstract class ServiceResponse(RequestContext context) : RequestModule(context)
{
    const Phase Reading = Phase.Response | Phase.HeaderFilter | Phase.BodyFilter | Phase.Log;

    /// <summary>The status of the last try; <c>null</c> if no service was contacted.</summary>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    [Kong("kong.service.response.get_status"), Phases(Reading)]
    public int? Status
    {
        get
        {
            Require(Reading);
            return StatusCore;
        }
    }

    /// <summary>The first occurrence of a header; <c>null</c> if the service did not send it, even if the gateway added it.</summary>
    /// <param name="name">The name; case does not matter, nor whether it has <c>-</c> or <c>_</c>.</param>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    [Kong("kong.service.response.get_header"), Phases(Reading)]
    public string? GetHeader(string name)
    {
        Require(Reading);
        ArgumentNullException.ThrowIfNull(name);
        return GetHeaderCore(name);
    }

    /// <summary>All headers the service sent, with names in lower case.</summary>
    /// <param name="maxHeaders">How many at most, 1 to 1000.</param>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    /// <exception cref="KongArgumentException"><paramref name="maxHeaders"/> is out of range.</exception>
    [Kong("kong.service.response.get_headers"), Phases(Reading)]
    public HeaderMap GetHeaders(int maxHeaders = Limits.Default)
    {
        Require(Reading);
        Limits.Check(maxHeaders, "max_headers");
        return GetHeadersCore(maxHeaders);
    }

    /// <summary>
    /// What the service sent after the body (gRPC's status), with names in lower case; empty until the last piece of the body.
    /// </summary>
    /// <exception cref="PhaseException">There is no body yet.</exception>
    [Phases(Phase.BodyFilter | Phase.Log)]
    public HeaderMap GetTrailers()
    {
        Require(Phase.BodyFilter | Phase.Log);
        return GetTrailersCore();
    }

    /// <summary>The whole body.</summary>
    /// <returns>The bytes, valid until the log phase.</returns>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    /// <exception cref="InvalidOperationException">The response was not buffered: see
    /// <see cref="ServiceRequest.EnableBuffering"/>.</exception>
    [Kong("kong.service.response.get_raw_body"), Phases(Reading)]
    public ReadOnlyMemory<byte> GetRawBody()
    {
        Require(Reading);
        return GetRawBodyCore() ?? throw new InvalidOperationException(
            "service body is only available with buffered proxying (see: kong.service.request.enable_buffering function)");
    }

    /// <summary>The whole body, decoded by its media type: a form, JSON, or a multipart form.</summary>
    /// <param name="mimeType">The media type to decode it by; <c>null</c> takes it from <c>Content-Type</c>.</param>
    /// <param name="maxArgs">How many arguments of a form at most, 1 to 1000.</param>
    /// <returns>The decoded body, or Kong's text of why it cannot be had.</returns>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    /// <exception cref="InvalidOperationException">The response was not buffered: see
    /// <see cref="ServiceRequest.EnableBuffering"/>.</exception>
    /// <exception cref="KongArgumentException"><paramref name="maxArgs"/> is out of range.</exception>
    [Kong("kong.service.response.get_body"), Phases(Reading)]
    public DecodedBody GetBody(string? mimeType = null, int maxArgs = Limits.Default)
    {
        var raw = GetRawBody();
        Limits.Check(maxArgs, "max_args");
        mimeType ??= GetHeaderCore("content-type");
        return BodyDecoder.Refuse(mimeType) ?? BodyDecoder.Decode(raw, mimeType!, maxArgs);
    }

    /// <summary>See <see cref="Status"/>.</summary>
    protected abstract int? StatusCore { get; }

    /// <summary>See <see cref="GetHeader"/>.</summary>
    /// <param name="name">The name, in any spelling.</param>
    protected abstract string? GetHeaderCore(string name);

    /// <summary>See <see cref="GetHeaders"/>.</summary>
    /// <param name="maxHeaders">How many at most.</param>
    protected abstract HeaderMap GetHeadersCore(int maxHeaders);

    /// <summary>See <see cref="GetTrailers"/>.</summary>
    protected abstract HeaderMap GetTrailersCore();

    /// <summary>See <see cref="GetRawBody"/>.</summary>
    /// <returns><c>null</c> if the response was not buffered.</returns>
    protected abstract ReadOnlyMemory<byte>? GetRawBodyCore();
}
