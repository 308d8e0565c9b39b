using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Gibbon.Admin.Requests;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;
using Gibbon.Storage.Versions;
using Gibbon.Threading;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Admin;

/// <summary>
/// An API: a table of endpoints, and what Kong does around each of them: who may come in, headers, bodies, HEAD and OPTIONS, unknown paths
/// and methods, and an answer when an endpoint itself fails.
/// </summary>
internal sealed class Api
{
    private const int LongestName = 256;

    private readonly EndpointTable _endpoints;
    private readonly GatewaySettings _settings;
    private readonly ErrorLog _log;
    private readonly BodyReader _bodies;
    private readonly ApiOptions _options;

    /// <param name="endpoints">The endpoints; of those with the same path the later says more than the earlier.</param>
    /// <param name="options">What kind of API it is.</param>
    /// <param name="settings">For the headers and limits.</param>
    /// <param name="log">Where failures and changes are told.</param>
    public Api(IEnumerable<ApiEndpoint> endpoints, ApiOptions options, GatewaySettings settings, ErrorLog log)
    {
        _endpoints = new EndpointTable(options.ListsEndpoints ? [.. endpoints, ApiEndpoint.Get("/endpoints", ListEndpoints)] : endpoints);
        _options = options;
        _settings = settings;
        _log = log;
        _bodies = new BodyReader(settings.Admin.ClientMaxBodySize);
    }

    public async Task HandleAsync(HttpContext context)
    {
        long started = Stopwatch.GetTimestamp();
        LongWork.GiveWay();
        ApiAnswer answer = await AnswerAsync(context);
        LongWork.GiveWay();
        Tell(context, answer);
        HttpResponse response = context.Response;
        response.StatusCode = answer.Status;
        _options.Cors.Apply(context.Request, response.Headers);
        foreach ((string name, string value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        if (answer.Headers.ContainsKey("ETag") && context.Request.Headers.Origin.Count > 0)
        {
            response.Headers.AccessControlExposeHeaders = "ETag";
        }

        if (answer.ContentType is not null)
        {
            response.ContentType = answer.ContentType;
        }

        if (_settings.Headers.AdminLatency)
        {
            response.Headers["X-Kong-Admin-Latency"] =
                ((long)Stopwatch.GetElapsedTime(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
        }

        if (_settings.Headers.Server)
        {
            response.Headers.Server = _settings.Node.ServerToken;
        }

        if (HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            bool ends = answer.ClosesConnection || context.Request.Headers.Connection.ToString().Contains("close", StringComparison.OrdinalIgnoreCase);
            response.Headers.Connection = ends ? "close" : "keep-alive";
        }

        if (answer.Status != 204)
        {
            response.ContentLength = answer.Body.Length;
        }

        int bodyLength = HttpMethods.IsHead(context.Request.Method) ? 0 : answer.Body.Length;
        if (bodyLength > 0)
        {
            await response.Body.WriteAsync(answer.Body);
        }

        _options.AccessLog.Write(context, bodyLength, started);
    }

    private async ValueTask<ApiAnswer> AnswerAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (RefuseMethod(request.Method) is { } unfit)
        {
            return unfit;
        }

        (string path, string query) = Target(context);
        if (path.StartsWith("/robots.txt", StringComparison.Ordinal))
        {
            return new ApiAnswer(200) { Body = Encoding.ASCII.GetBytes(ApiAnswer.NoRobots), ContentType = "text/plain; charset=UTF-8" };
        }

        bool isKnown = _endpoints.TryFind(path, out ApiEndpoint? endpoint, out ImmutableArray<string> parameters);
        bool reads = endpoint is { ChangesNothing: true } || request.Method is "GET" or "HEAD" or "OPTIONS";
        if ((_options.Guard?.Refuse(request) ?? _options.Access.Refuse(request, reads)) is { } stranger)
        {
            return stranger;
        }

        if (_options.TakesBodies && _bodies.Refuse(request, endpoint is { TakesYaml: true }) is { } refused)
        {
            return refused;
        }

        if (!isKnown)
        {
            return ApiAnswer.NotFound();
        }

        try
        {
            return await AnswerAsync(context, endpoint!, parameters, query);
        }
        catch (BadHttpRequestException failure)
        {
            return ApiAnswer.Message(failure.StatusCode, failure.Message) with { ClosesConnection = true };
        }
        catch (EntityException failure)
        {
            return ApiAnswer.Error(failure.Error);
        }
        catch (Exception failure)
        {
            return ApiAnswer.Message(500, "An unexpected error occurred") with { Reason = failure.ToString() };
        }
    }

    private async ValueTask<ApiAnswer> AnswerAsync(HttpContext context, ApiEndpoint endpoint, ImmutableArray<string> parameters, string query)
    {
        string method = context.Request.Method;
        ApiHandler? handler = endpoint.Handler(method);
        if (handler is null && method != "OPTIONS" && endpoint.Before is null)
        {
            return _options.TakesBodies || endpoint.Path == "/status"
                ? ApiAnswer.Message(405, "Method not allowed")
                : ApiAnswer.Page(400, "Bad Request");
        }

        List<Argument> arguments = Argument.Read(query);
        if (arguments.Count > Argument.Most)
        {
            return BodyReader.TooMany();
        }

        (ApiBody body, ApiAnswer? unreadable) = handler is null ? (ApiBody.None, null) : await _bodies.ReadAsync(context.Request);
        if (unreadable is not null)
        {
            return unreadable;
        }

        if (_options.TellsChanges && method is "POST" or "PUT" or "PATCH" or "DELETE")
        {
            ChangeNote.Current = NoteOf(context, endpoint);
        }

        ApiRequest request = new(context, endpoint, parameters, arguments, body);
        context.Items[typeof(ApiRequest)] = request;
        if (endpoint.Before is { } before && await before(request) is { } answer)
        {
            return answer;
        }

        return method == "OPTIONS" && handler is null ? Cors.Preflight(context.Request, Methods(endpoint))
            : handler is null ? ApiAnswer.Message(405, "Method not allowed")
            : await handler(request);
    }

    // nginx lets in what is made of capitals, dashes and underscores, but for two methods.
    private static ApiAnswer? RefuseMethod(string method) =>
        method.Any(static letter => letter is not ((>= 'A' and <= 'Z') or '-' or '_')) ? ApiAnswer.Page(400, "Bad Request") with { ClosesConnection = true }
        : method is "CONNECT" or "TRACE" ? ApiAnswer.Page(405, "Not Allowed")
        : null;

    // Who they are they say themselves; that they may is another matter.
    private static ChangeNote NoteOf(HttpContext context, ApiEndpoint endpoint)
    {
        string by = context.Request.Headers["Kong-Admin-User"].ToString();
        return new ChangeNote("admin")
        {
            By = by.Length is > 0 and <= LongestName ? by : null,
            Client = context.Connection.RemoteIpAddress?.ToString(),
            Request = $"{context.Request.Method} {endpoint.Path}",
        };
    }

    private static IEnumerable<string> Methods(ApiEndpoint endpoint) =>
        [.. endpoint.Methods.Keys, .. endpoint.Methods.ContainsKey("GET") ? ["HEAD"] : Array.Empty<string>(), "OPTIONS"];

    // The path and the query as they were sent; escapes in it are ours to read.
    private static (string Path, string Query) Target(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "/";
        if (!target.StartsWith('/'))
        {
            return (target == "*" ? "/*" : context.Request.Path.Value ?? "/", context.Request.QueryString.Value?.TrimStart('?') ?? "");
        }

        int question = target.IndexOf('?');
        return question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
    }

    private ApiAnswer ListEndpoints(ApiRequest request) =>
        ApiAnswer.Json(200, new Pdk.Schemas.ValueMap { ["data"] = new Pdk.Schemas.ValueList(_endpoints.Shown) });

    // Who changed what; paths are told as patterns, since a path may hold a key.
    private void Tell(HttpContext context, ApiAnswer answer)
    {
        string method = context.Request.Method;
        string path = (context.Items[typeof(ApiRequest)] as ApiRequest)?.Pattern ?? "";
        if (answer.Reason is { } reason)
        {
            _log.Write(LogSeverity.Error, $"[kong] {method} {path} failed: {reason}");
        }
        else if (_options.TellsChanges && path.Length > 0 && method is "POST" or "PUT" or "PATCH" or "DELETE")
        {
            _log.Write(LogSeverity.Notice, $"[gibbon] admin: {method} {path}: {answer.Status}", $"client: {context.Connection.RemoteIpAddress}");
        }
    }
}
