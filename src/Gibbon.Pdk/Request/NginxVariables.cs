using System.Globalization;

namespace Gibbon.Pdk;

/// <summary>What nginx would have in its variables, out of what the kit knows. Lua's <c>ngx.var</c>.</summary>
public static class NginxVariables
{
    /// <summary>The value of a variable.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The name without the dollar sign: <c>remote_addr</c>, <c>http_user_agent</c>, <c>arg_page</c>.</param>
    /// <returns>The value; <c>null</c> for what there is none of, and for what is not known yet in this phase.</returns>
    public static string? Read(RequestContext context, string name)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "scheme" => context.Request.Scheme,
            "host" => context.Request.Host,
            "request_uri" => context.Request.PathWithQuery,
            "uri" or "document_uri" => context.Request.Path,
            "args" or "query_string" => context.Request.RawQuery,
            "is_args" => context.Request.RawQuery.Length > 0 ? "?" : "",
            "request_method" => context.Request.Method,
            "request" => $"{context.Request.Method} {context.Request.PathWithQuery} {Protocol(context)}",
            "server_protocol" => Protocol(context),
            "http2" => context.Request.HttpVersion is { Major: 2 } ? (context.Request.Scheme == "https" ? "h2" : "h2c") : "",
            "server_port" => Number(context.Request.Port),
            "remote_addr" => context.Client.ForwardedIpText,
            "remote_port" => Number(context.Client.ForwardedPort),
            "realip_remote_addr" => context.Client.Ip.ToString(),
            "realip_remote_port" => Number(context.Client.Port),
            "server_addr" => context.Client.Connection.LocalAddress.ToString(),
            "connection" => Number(context.Client.Connection.Number),
            "connection_requests" => Number(context.Client.Connection.Requests),
            "kong_request_id" or "request_id" => context.Request.Id,
            "content_type" => context.Request.GetHeader("content-type"),
            "content_length" => context.Request.GetHeader("content-length"),
            "https" => context.Request.Scheme == "https" ? "on" : "",
            "status" => Try(() => Number(context.Response.Status)),
            "upstream_status" => Try(() => context.Service.Response.Status is { } status ? Number(status) : null),
            _ => Prefixed(context, name),
        };
    }

    static string? Prefixed(RequestContext context, string name)
    {
        if (name.StartsWith("http_", StringComparison.Ordinal))
        {
            return context.Request.GetHeader(name[5..]);
        }

        if (name.StartsWith("cookie_", StringComparison.Ordinal))
        {
            return Cookie(context.Request.GetHeader("cookie"), name[7..]);
        }

        if (name.StartsWith("arg_", StringComparison.Ordinal))
        {
            return context.Request.GetQueryArg(name[4..]).First;
        }

        if (name.StartsWith("sent_http_", StringComparison.Ordinal))
        {
            return Try(() => context.Response.GetHeader(name[10..]));
        }

        return name.StartsWith("upstream_http_", StringComparison.Ordinal) ? Try(() => context.Service.Response.GetHeader(name[14..])) : null;
    }

    // A variable is never an error: before there is a response it is just not there.
    static string? Try(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (PhaseException)
        {
            return null;
        }
    }

    static string? Cookie(string? header, string name)
    {
        foreach (string pair in (header ?? "").Split(';', StringSplitOptions.TrimEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && string.Equals(pair[..equals].Replace('-', '_'), name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase))
            {
                return pair[(equals + 1)..];
            }
        }

        return null;
    }

    static string Protocol(RequestContext context) =>
        context.Request.HttpVersion is { } version ? $"HTTP/{version.Major}.{version.Minor}" : "HTTP/1.1";

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
