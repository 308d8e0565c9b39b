using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Serverless;

/// <summary>What a function answered, as it is passed on.</summary>
static class FunctionAnswer
{
    static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Upgrade", "Transfer-Encoding", "Content-Length", "Trailer", "TE",
    };

    /// <summary>The headers of an answer, without those that belong to its connection.</summary>
    public static HeaderMap Headers(HttpResponseMessage response)
    {
        var headers = new HeaderMap();
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
            if (!OfTheConnection.Contains(name))
                foreach (var value in values)
                    headers.Add(name, value);

        return headers;
    }

    /// <summary>Adds the gateway to those whom an answer has passed, if the settings want it (<c>headers</c>).</summary>
    public static void AddVia(RequestContext context, HeaderMap headers)
    {
        if (context.Host.Settings["headers"] is not IEnumerable<object> wanted
            || !wanted.Any(static item => item is string name && (name.Equals("server_tokens", StringComparison.OrdinalIgnoreCase)
                || name.Equals("via", StringComparison.OrdinalIgnoreCase))))
            return;

        var own = $"{(context.Request.HttpVersion is { Major: 2 } ? "2" : "1.1")} kong/{context.Host.Version}";
        headers["Via"] = headers["Via"] is { Count: > 0 } given ? $"{given}, {own}" : own;
    }
}
