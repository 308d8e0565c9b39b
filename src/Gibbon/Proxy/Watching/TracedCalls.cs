using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Proxy.Exchanges;

namespace Gibbon.Proxy.Watching;

/// <summary>
/// Makes spans of a request's queries and HTTP requests. Several may be under way at once, and some when the request is long over: of those nothing
/// is told any more, since the spans are with exporters by then, and the exchange may be another's.
/// </summary>
internal sealed class TracedCalls(ExchangeTracing tracing, Instrumentations wanted) : OwnCalls
{
    private readonly Lock _turn = new();
    private bool _isOver;

    public override Span? BeginQuery(string system, string statement) => !Wants(Instrumentations.DatabaseQuery)
        ? null
        : Begin("kong.database.query", SpanKind.Internal, new ValueMap { ["db.system"] = system, ["db.statement"] = statement });

    public override Span? BeginRequest(HttpRequestMessage request, string? proxy) => !Wants(Instrumentations.HttpClient)
        ? null
        : Begin("kong.internal.request", SpanKind.Client, new ValueMap
        {
            // A user and a password in it are nobody else's business.
            ["http.url"] = request.RequestUri?.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped),
            ["http.method"] = request.Method.Method,
            ["http.flavor"] = request.Version.ToString(2),
            ["http.user_agent"] = request.Headers.UserAgent is { Count: > 0 } agent ? string.Join(' ', agent) : null,
            ["http.proxy"] = proxy,
        });

    public override void End(Span span, int? status = null, string? error = null)
    {
        lock (_turn)
        {
            if (_isOver)
            {
                return;
            }

            if (status is { } code)
            {
                span.SetAttribute("http.status_code", (long)code);
            }

            if (error is not null)
            {
                span.RecordError(error);
            }

            span.Finish();
        }
    }

    /// <summary>The request is answered: what comes now is not among its spans.</summary>
    public void Close()
    {
        lock (_turn)
        {
            _isOver = true;
        }
    }

    private bool Wants(Instrumentations instrumentation) => (wanted & instrumentation) != Instrumentations.None;

    private Span? Begin(string name, SpanKind kind, ValueMap attributes)
    {
        lock (_turn)
        {
            return _isOver ? null : tracing.StartSpan(name, new SpanOptions { Kind = kind, Attributes = attributes });
        }
    }
}
