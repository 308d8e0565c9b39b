using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>
/// The response to the client: the service's with what plugins changed, or the gateway's own. Kong's <c>kong.response</c>.
/// </summary>
/// <param name="context">The request it is a part of.</param>
public abstract partial class Response(RequestContext context) : RequestModule(context)
{
    const Phase Reading =
        Phase.Response | Phase.HeaderFilter | Phase.BodyFilter | Phase.Log | Phase.Error | Phase.AdminApi;

    const Phase Writing =
        Phase.Rewrite | Phase.Access | Phase.Response | Phase.Balancer | Phase.HeaderFilter | Phase.Error | Phase.AdminApi;

    /// <summary>The status, 100 to 599.</summary>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    [Kong("kong.response.get_status"), Phases(Reading)]
    public int Status
    {
        get
        {
            Require(Reading);
            return StatusCore;
        }
    }

    /// <summary>Who made the response.</summary>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    [Kong("kong.response.get_source"), Phases(Reading)]
    public ResponseSource Source
    {
        get
        {
            Require(Reading);
            return SourceCore;
        }
    }

    /// <summary>The first occurrence of a header; <c>null</c> if it is absent.</summary>
    /// <param name="name">The name; case does not matter, nor whether it has <c>-</c> or <c>_</c>.</param>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    [Kong("kong.response.get_header"), Phases(Reading)]
    public string? GetHeader(string name)
    {
        Require(Reading);
        ArgumentNullException.ThrowIfNull(name);
        return GetHeaderCore(name);
    }

    /// <summary>All headers, with names in lower case.</summary>
    /// <param name="maxHeaders">How many at most, 1 to 1000.</param>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    /// <exception cref="KongArgumentException"><paramref name="maxHeaders"/> is out of range.</exception>
    [Kong("kong.response.get_headers"), Phases(Reading)]
    public HeaderMap GetHeaders(int maxHeaders = Limits.Default)
    {
        Require(Reading);
        Limits.Check(maxHeaders, "max_headers");
        return GetHeadersCore(maxHeaders);
    }

    /// <summary>All headers, with names as they are sent. Lua: <c>ngx.resp.get_headers(max, true)</c>.</summary>
    /// <param name="maxHeaders">How many at most, 1 to 1000.</param>
    /// <exception cref="PhaseException">There is no response yet.</exception>
    /// <exception cref="KongArgumentException"><paramref name="maxHeaders"/> is out of range.</exception>
    [Phases(Reading)]
    public HeaderMap GetRawHeaders(int maxHeaders = Limits.Default)
    {
        Require(Reading);
        Limits.Check(maxHeaders, "max_headers");
        return GetRawHeadersCore(maxHeaders);
    }

    /// <summary>Sets the status.</summary>
    /// <param name="status">100 to 599.</param>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException"><c>code must be a number between 100 and 599</c>.</exception>
    [Kong("kong.response.set_status"), Phases(Writing)]
    public void SetStatus(int status)
    {
        RequireUnsent();
        CheckStatus(status, 100);
        SetStatusCore(status);
    }

    /// <summary>
    /// Sets a header, in place of every occurrence there is. Set before the service has answered, it comes beside one of the same name from
    /// the service, except for headers that occur only once. <c>Transfer-Encoding</c> is ignored with a warning.
    /// </summary>
    /// <param name="name">The name, sent as written.</param>
    /// <param name="value">The value; an empty text is sent as one space.</param>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">There is no value, or a part of it is <c>null</c>.</exception>
    [Kong("kong.response.set_header"), Phases(Writing)]
    public void SetHeader(string name, HeaderValue value)
    {
        RequireUnsent();
        SetChecked(name, HeaderRules.Check(name, value));
    }

    /// <summary>Adds an occurrence of a header to those there are.</summary>
    /// <param name="name">The name, sent as written.</param>
    /// <param name="value">The value; an empty text is sent as one space.</param>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">There is no value, or a part of it is <c>null</c>.</exception>
    [Kong("kong.response.add_header"), Phases(Writing)]
    public void AddHeader(string name, HeaderValue value)
    {
        RequireUnsent();
        AddHeaderCore(name, HeaderRules.Check(name, value));
    }

    /// <summary>Takes every occurrence of a header out.</summary>
    /// <param name="name">The name; case does not matter.</param>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    [Kong("kong.response.clear_header"), Phases(Writing)]
    public void ClearHeader(string name)
    {
        RequireUnsent();
        ArgumentNullException.ThrowIfNull(name);
        ClearHeaderCore(name);
    }

    /// <summary>Sets several headers as <see cref="SetHeader"/> does; none of them if one is wrong.</summary>
    /// <param name="headers">The headers.</param>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">A header has no value.</exception>
    [Kong("kong.response.set_headers"), Phases(Writing)]
    public void SetHeaders(HeaderMap headers)
    {
        RequireUnsent();
        ArgumentNullException.ThrowIfNull(headers);
        HeaderRules.Check(headers);
        foreach (var (name, value) in headers)
            SetChecked(name, HeaderRules.Check(name, value));
    }

    /// <summary>
    /// The whole body, collected: every piece is held back until the last one has come.
    /// </summary>
    /// <returns><c>null</c> until the last piece; then the body, which is also what is sent unless it is replaced.</returns>
    /// <exception cref="PhaseException">Not in a body filter.</exception>
    [Kong("kong.response.get_raw_body"), Phases(Phase.BodyFilter)]
    public ReadOnlyMemory<byte>? GetRawBody()
    {
        Require(Phase.BodyFilter);
        return GetRawBodyCore();
    }

    /// <summary>Replaces the body from this piece on; nothing of the original follows.</summary>
    /// <param name="body">The bytes, which must stay unchanged until they have been sent.</param>
    /// <exception cref="PhaseException">Not in a body filter.</exception>
    [Kong("kong.response.set_raw_body"), Phases(Phase.BodyFilter)]
    public void SetRawBody(ReadOnlyMemory<byte> body)
    {
        Require(Phase.BodyFilter);
        SetRawBodyCore(body);
    }

    /// <summary>
    /// Answers without a body, and without contacting the service. In <c>access</c> the answer waits until the remaining plugins have been
    /// selected (their <c>access</c> does not run, their later phases do); elsewhere it is sent at once. The first exit counts.
    /// </summary>
    /// <param name="status">100 to 599; for a stream 200, 400, 403, 500, 502 or 503.</param>
    /// <param name="headers">Headers to set as <see cref="SetHeader"/> does. The map is not kept and may be shared by requests.</param>
    /// <returns>A completed task, so that a phase can end with <c>return context.Response.Exit(401);</c>. The plugin must return.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">The status is out of range or a header has no value.</exception>
    [Kong("kong.response.exit"), Phases(Writing)]
    public ValueTask Exit(int status, HeaderMap? headers = null)
    {
        CheckExit(status, headers);
        return ExitCore(status, default, headers);
    }

    /// <summary>Answers with a text. See <see cref="Exit(int, HeaderMap?)"/>.</summary>
    /// <param name="status">100 to 599; for a stream 200, 400, 403, 500, 502 or 503.</param>
    /// <param name="body">The text, sent in UTF-8 and without a <c>Content-Type</c> unless one is given.</param>
    /// <param name="headers">Headers to set.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">The status is out of range or a header has no value.</exception>
    [Kong("kong.response.exit"), Phases(Writing)]
    public ValueTask Exit(int status, string body, HeaderMap? headers = null)
    {
        CheckExit(status, headers);
        return ExitCore(status, ExitBody.Of(body), headers);
    }

    /// <summary>Answers with bytes. See <see cref="Exit(int, HeaderMap?)"/>.</summary>
    /// <param name="status">100 to 599; for a stream 200, 400, 403, 500, 502 or 503.</param>
    /// <param name="body">The bytes, sent without a <c>Content-Type</c> unless one is given; they must stay unchanged until sent.</param>
    /// <param name="headers">Headers to set.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">The status is out of range or a header has no value.</exception>
    [Kong("kong.response.exit"), Phases(Writing)]
    public ValueTask Exit(int status, ReadOnlyMemory<byte> body, HeaderMap? headers = null)
    {
        CheckExit(status, headers);
        return ExitCore(status, ExitBody.Of(body), headers);
    }

    /// <summary>Answers with JSON, as <c>application/json; charset=utf-8</c>. See <see cref="Exit(int, HeaderMap?)"/>.</summary>
    /// <param name="status">100 to 599.</param>
    /// <param name="body">The object. A gRPC client gets its <c>message</c>.</param>
    /// <param name="headers">Headers to set.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">The status is out of range or a header has no value.</exception>
    [Kong("kong.response.exit"), Phases(Writing)]
    public ValueTask Exit(int status, ValueMap body, HeaderMap? headers = null)
    {
        CheckExit(status, headers);
        return ExitCore(status, ExitBody.Of(body), headers);
    }

    /// <summary>Answers with JSON, as <c>application/json; charset=utf-8</c>. See <see cref="Exit(int, HeaderMap?)"/>.</summary>
    /// <param name="status">100 to 599.</param>
    /// <param name="body">The JSON. A gRPC client gets the <c>message</c> of an object.</param>
    /// <param name="headers">Headers to set.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">The status is out of range or a header has no value.</exception>
    [Kong("kong.response.exit"), Phases(Writing)]
    public ValueTask Exit(int status, JsonNode body, HeaderMap? headers = null)
    {
        CheckExit(status, headers);
        return ExitCore(status, ExitBody.Of(body), headers);
    }

    /// <summary>Answers with JSON, as <c>application/json; charset=utf-8</c>. See <see cref="Exit(int, HeaderMap?)"/>.</summary>
    /// <typeparam name="T">The type of the body.</typeparam>
    /// <param name="status">100 to 599.</param>
    /// <param name="body">What is written as JSON.</param>
    /// <param name="type">How it is written: from a <c>JsonSerializerContext</c>.</param>
    /// <param name="headers">Headers to set.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">The status is out of range or a header has no value.</exception>
    [Kong("kong.response.exit"), Phases(Writing)]
    public ValueTask Exit<T>(int status, T body, JsonTypeInfo<T> type, HeaderMap? headers = null)
    {
        CheckExit(status, headers);
        return ExitCore(status, ExitBody.Of(body, type), headers);
    }

    /// <summary>Answers with JSON that is written already, as <c>application/json; charset=utf-8</c>. See <see cref="Exit(int, HeaderMap?)"/>.</summary>
    /// <param name="status">100 to 599.</param>
    /// <param name="json">The JSON, in UTF-8; it must stay unchanged until sent.</param>
    /// <param name="message">What a gRPC client gets in its place, if anything.</param>
    /// <param name="headers">Headers to set.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException">The status is out of range or a header has no value.</exception>
    [Kong("kong.response.exit"), Phases(Writing)]
    public ValueTask ExitJson(int status, ReadOnlyMemory<byte> json, string? message = null, HeaderMap? headers = null)
    {
        CheckExit(status, headers);
        return ExitCore(status, ExitBody.OfJson(json, message), headers);
    }

    /// <summary>
    /// Answers with an error in the form the client prefers (<c>Accept</c>): JSON, HTML, text, XML, or a gRPC status; with the request's
    /// id.
    /// Otherwise like <see cref="Exit(int, HeaderMap?)"/>.
    /// </summary>
    /// <param name="status">400 to 599.</param>
    /// <param name="message">What went wrong; <c>null</c> is Kong's text for the status.</param>
    /// <param name="headers">Headers to set; a <c>Content-Type</c> among them chooses the form.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException"><c>code must be a number between 400 and 599</c>, or a header has no value.</exception>
    [Kong("kong.response.error"), Phases(Writing)]
    public ValueTask Error(int status, string? message = null, HeaderMap? headers = null)
    {
        RequireUnsent();
        CheckStatus(status, 400);
        if (headers is not null)
            HeaderRules.Check(headers);

        return ErrorCore(status, message, headers);
    }

    /// <summary>
    /// Answers with an error whose message is the text of a JSON object. See <see cref="Error(int, string?, HeaderMap?)"/>.
    /// </summary>
    /// <param name="status">400 to 599.</param>
    /// <param name="message">What went wrong.</param>
    /// <param name="headers">Headers to set; a <c>Content-Type</c> among them chooses the form.</param>
    /// <returns>A completed task.</returns>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    /// <exception cref="InvalidOperationException"><c>headers have already been sent</c>.</exception>
    /// <exception cref="KongArgumentException"><c>code must be a number between 400 and 599</c>, or a header has no value.</exception>
    [Kong("kong.response.error"), Phases(Writing)]
    public ValueTask Error(int status, ValueMap message, HeaderMap? headers = null)
    {
        RequireUnsent();
        return Error(status, Encoding.UTF8.GetString(ValueJson.Write(message)), headers);
    }

    /// <summary>
    /// Says that the answer this plugin is about to <see cref="Exit(int, ReadOnlyMemory{byte}, HeaderMap?)"/> with was the service's once, kept by a cache:
    /// it gets the headers of a proxied answer (<c>Via</c>, <c>X-Kong-Proxy-Latency</c>, no <c>Server</c> of the gateway's), and its
    /// <see cref="Source"/> is the service. Lua's <c>ngx.ctx.KONG_PROXIED</c>.
    /// </summary>
    /// <exception cref="PhaseException">Not in <c>access</c>.</exception>
    [Phases(Phase.Access)]
    public void MarkAsProxied()
    {
        Require(Phase.Access);
        MarkAsProxiedCore();
    }

    /// <summary>Whether the head of the response is on its way, so that it cannot be changed any more.</summary>
    public abstract bool HeadersSent { get; }
}
