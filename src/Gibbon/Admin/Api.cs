using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gibbon.Observability;
using Gibbon.Settings;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin;

/// <summary>
/// An API: a list of endpoints, and what Kong does around each of them: headers, HEAD and OPTIONS, unknown paths and methods, and an answer
/// when an endpoint itself fails.
/// </summary>
internal sealed class Api
{
    private readonly Dictionary<string, ApiEndpoint> _endpoints;
    private readonly GatewaySettings _settings;
    private readonly ErrorLog _log;
    private readonly bool _takesBodies;
    private readonly ApiAccessLog? _accessLog;

    /// <param name="endpoints">The endpoints.</param>
    /// <param name="takesBodies">Whether requests may have bodies at all; the Status API's may not.</param>
    /// <param name="settings">For the headers.</param>
    /// <param name="log">Where failures of endpoints go.</param>
    /// <param name="accessLog">Where each request has its line; null for nowhere.</param>
    public Api(IEnumerable<ApiEndpoint> endpoints, bool takesBodies, GatewaySettings settings, ErrorLog log, ApiAccessLog? accessLog = null)
    {
        _endpoints = endpoints.ToDictionary(static endpoint => endpoint.Path, StringComparer.Ordinal);
        _takesBodies = takesBodies;
        _settings = settings;
        _log = log;
        _accessLog = accessLog;
    }

    public async Task HandleAsync(HttpContext context)
    {
        long started = Stopwatch.GetTimestamp();
        ApiAnswer answer = await AnswerAsync(context).ConfigureAwait(false);
        HttpResponse response = context.Response;
        response.StatusCode = answer.Status;
        foreach ((string name, string value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.ContentType is not null)
        {
            response.ContentType = answer.ContentType;
        }

        response.Headers.AccessControlAllowOrigin = "*";
        if (_settings.Headers.AdminLatency)
        {
            response.Headers["X-Kong-Admin-Latency"] =
                ((long)Stopwatch.GetElapsedTime(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        if (_settings.Headers.Server)
        {
            response.Headers.Server = _settings.Node.ServerToken;
        }

        if (answer.Status != 204)
        {
            response.ContentLength = answer.Body.Length;
        }

        int bodyLength = HttpMethods.IsHead(context.Request.Method) ? 0 : answer.Body.Length;
        if (bodyLength > 0)
        {
            await response.Body.WriteAsync(answer.Body).ConfigureAwait(false);
        }

        _accessLog?.Write(context, bodyLength, started);
    }

    private async ValueTask<ApiAnswer> AnswerAsync(HttpContext context)
    {
        string path = context.Request.Path.Value is { Length: > 1 } given ? given.TrimEnd('/') : "/";
        if (!_endpoints.TryGetValue(path, out ApiEndpoint? endpoint))
        {
            return ApiAnswer.Message(404, "Not found");
        }

        string method = context.Request.Method;
        if (method == HttpMethods.Options)
        {
            return Options(endpoint);
        }

        // HEAD is GET without a body.
        if (!endpoint.Methods.TryGetValue(method == HttpMethods.Head ? HttpMethods.Get : method, out ApiHandler? handler))
        {
            return _takesBodies || path == "/status" ? ApiAnswer.Message(405, "Method not allowed") : BarePage(400, "Bad Request");
        }

        try
        {
            return await handler(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException failure)
        {
            return ApiAnswer.Message(failure.StatusCode, failure.Message);
        }
        catch (Exception failure)
        {
            _log.Write(LogSeverity.Error, $"[kong] {method} {path} failed: {failure}");
            return ApiAnswer.Message(500, "An unexpected error occurred");
        }
    }

    public static ApiAnswer BarePage(int status, string reason) => new(status)
    {
        Body = Encoding.ASCII.GetBytes(
            $"<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<center><h1>{status} {reason}</h1></center>\r\n</body>\r\n</html>\r\n"),
        ContentType = "text/html; charset=UTF-8",
    };

    private static ApiAnswer Options(ApiEndpoint endpoint)
    {
        string methods = string.Join(", ", endpoint.Methods.Keys.Append("HEAD").Append("OPTIONS").Distinct().Order(StringComparer.Ordinal));
        return new ApiAnswer(204)
        {
            Headers =
            {
                ["Allow"] = methods,
                ["Access-Control-Allow-Methods"] = methods,
                ["Access-Control-Allow-Headers"] = "Content-Type",
            },
        };
    }
}
